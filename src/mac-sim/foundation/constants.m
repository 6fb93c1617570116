/* Strings that the vendors import by name, with Apple's text; and the default allocator, which is NULL. */
#import "Foundation.h"
#include "../system/shim.h"

#define CONSTANT(name, text)                                                                                           \
    extern NSString *const name;                                                                                       \
    NSString *const name = text;                                                                                       \
    SHIM(name, &name)

CONSTANT(NSLocalizedDescriptionKey, @"NSLocalizedDescription");

CONSTANT(MTLCommandBufferEncoderInfoErrorKey, @"MTLCommandBufferEncoderInfoErrorKey");
CONSTANT(MTLCommonCounterSetTimestamp, @"timestamp");
CONSTANT(MTLCommonCounterTimestamp, @"GPUTimestamp");

CONSTANT(kCAFilterLinear, @"linear");
CONSTANT(kCAFilterNearest, @"nearest");
CONSTANT(kCAGravityBottom, @"bottom");
CONSTANT(kCAGravityBottomLeft, @"bottomLeft");
CONSTANT(kCAGravityBottomRight, @"bottomRight");
CONSTANT(kCAGravityCenter, @"center");
CONSTANT(kCAGravityLeft, @"left");
CONSTANT(kCAGravityResize, @"resize");
CONSTANT(kCAGravityResizeAspect, @"resizeAspect");
CONSTANT(kCAGravityRight, @"right");
CONSTANT(kCAGravityTop, @"top");
CONSTANT(kCAGravityTopLeft, @"topLeft");
CONSTANT(kCAGravityTopRight, @"topRight");

CONSTANT(kCGColorSpaceAdobeRGB1998, @"kCGColorSpaceAdobeRGB1998");
CONSTANT(kCGColorSpaceDCIP3, @"kCGColorSpaceDCIP3");
CONSTANT(kCGColorSpaceDisplayP3, @"kCGColorSpaceDisplayP3");
CONSTANT(kCGColorSpaceExtendedLinearDisplayP3, @"kCGColorSpaceExtendedLinearDisplayP3");
CONSTANT(kCGColorSpaceExtendedLinearITUR_2020, @"kCGColorSpaceExtendedLinearITUR_2020");
CONSTANT(kCGColorSpaceExtendedLinearSRGB, @"kCGColorSpaceExtendedLinearSRGB");
CONSTANT(kCGColorSpaceExtendedSRGB, @"kCGColorSpaceExtendedSRGB");
CONSTANT(kCGColorSpaceITUR_2100_HLG, @"kCGColorSpaceITUR_2100_HLG");
CONSTANT(kCGColorSpaceITUR_2100_PQ, @"kCGColorSpaceITUR_2100_PQ");
CONSTANT(kCGColorSpaceITUR_709, @"kCGColorSpaceITUR_709");
CONSTANT(kCGColorSpaceSRGB, @"kCGColorSpaceSRGB");

CONSTANT(kIOSurfaceBytesPerElement, @"IOSurfaceBytesPerElement");
CONSTANT(kIOSurfaceElementHeight, @"IOSurfaceElementHeight");
CONSTANT(kIOSurfaceElementWidth, @"IOSurfaceElementWidth");
CONSTANT(kIOSurfaceHeight, @"IOSurfaceHeight");
CONSTANT(kIOSurfaceIsGlobal, @"IOSurfaceIsGlobal");
CONSTANT(kIOSurfacePlaneBytesPerElement, @"IOSurfacePlaneBytesPerElement");
CONSTANT(kIOSurfacePlaneElementHeight, @"IOSurfacePlaneElementHeight");
CONSTANT(kIOSurfacePlaneElementWidth, @"IOSurfacePlaneElementWidth");
CONSTANT(kIOSurfacePlaneHeight, @"IOSurfacePlaneHeight");
CONSTANT(kIOSurfacePlaneInfo, @"IOSurfacePlaneInfo");
CONSTANT(kIOSurfacePlaneWidth, @"IOSurfacePlaneWidth");
CONSTANT(kIOSurfaceWidth, @"IOSurfaceWidth");

static const id default_allocator;
SHIM(kCFAllocatorDefault, &default_allocator);
