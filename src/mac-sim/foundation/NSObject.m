/* The root class, and what the other classes do in common. */
#import "Foundation.h"

void foundation_raise(const char *format, ...) {
    char text[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    sim_offence("an exception that nobody catches: %s", text);
    objc_end_process();
}

id foundation_autoreleased(id object, const void *return_address) {
    if (objc_caller(return_address) == CALLER_BRIDGE) {
        sim_own(object); /* until the pool has it: the bridge may autorelease only what is its own */
    }
    return objc_autorelease_for(object, return_address);
}

/* Class objects are instances of their metaclasses, which inherit the instance methods below, too. */
@implementation NSObject

+ (instancetype)alloc {
    return objc_allocate(self, 0);
}

+ (instancetype)new {
    return [[self alloc] init];
}

+ (Class)class {
    return self;
}

+ (Class)superclass {
    return objc_superclass(self);
}

+ (BOOL)instancesRespondToSelector:(SEL)selector {
    return objc_responds(self, selector);
}

- (instancetype)init {
    return self;
}

- (void)dealloc {
    objc_free(self);
}

- (instancetype)retain {
    return objc_retain_for(self, __builtin_return_address(0));
}

- (void)release {
    objc_release_for(self, __builtin_return_address(0));
}

- (instancetype)autorelease {
    return objc_autorelease_for(self, __builtin_return_address(0));
}

- (NSUInteger)retainCount {
    return (NSUInteger)sim_retains(self);
}

- (instancetype)self {
    return self;
}

- (Class)class {
    return object_getClass(self);
}

- (Class)superclass {
    return objc_superclass(object_getClass(self));
}

- (BOOL)isEqual:(id)other {
    return self == other;
}

- (NSUInteger)hash {
    return (NSUInteger)self >> 4;
}

- (BOOL)isKindOfClass:(Class)class {
    return objc_is_kind_of(self, class);
}

- (BOOL)isMemberOfClass:(Class)class {
    return object_getClass(self) == class;
}

- (BOOL)respondsToSelector:(SEL)selector {
    return objc_responds(object_getClass(self), selector);
}

- (NSString *)description {
    return [NSString stringWithFormat:@"<%s: %p>", objc_class_name(self), (void *)self];
}

@end
