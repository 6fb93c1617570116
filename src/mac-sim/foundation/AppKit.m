/*
 * Classes of AppKit and QuartzCore that MoltenVK names for surfaces and swapchains. There is no window here: whatever
 * is sent to them is reported as unknown.
 */
#import "Foundation.h"

@interface NSApplication : NSObject
@end

@implementation NSApplication
@end

@interface NSScreen : NSObject
@end

@implementation NSScreen
@end

@interface NSView : NSObject
@end

@implementation NSView
@end

@interface CAMetalLayer : NSObject
@end

@implementation CAMetalLayer
@end

@interface CAEDRMetadata : NSObject
@end

@implementation CAEDRMetadata
@end
