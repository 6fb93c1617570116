/*
 * The classes of blocks. The compiler writes their addresses into blocks under the names _NSConcreteStackBlock,
 * _NSConcreteMallocBlock and _NSConcreteGlobalBlock, which the linker makes names of these classes; objc/blocks.c does
 * the work.
 */
#import "Foundation.h"

@interface NSStackBlock : NSObject
@end

@interface NSMallocBlock : NSStackBlock
@end

@interface NSGlobalBlock : NSObject
@end

@implementation NSStackBlock

- (id)copy {
    return _Block_copy(self);
}

- (instancetype)retain {
    return _Block_copy(self);
}

- (void)release {
    _Block_release(self);
}

- (instancetype)autorelease {
    sim_offence("a block was autoreleased: that is not simulated, it leaks");
    return self;
}

- (void)dealloc {
    foundation_raise("-dealloc was sent to a block");
    [super dealloc]; /* the compiler wants to see it */
}

@end

@implementation NSMallocBlock
@end

@implementation NSGlobalBlock /* they have no owners */

- (id)copy {
    return self;
}

@end
