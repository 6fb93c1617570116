/* NSNumber, NSData, NSUUID, NSError and NSURL. */
#import "Foundation.h"
#include "../system/shim.h"

#include <stdlib.h>
#include <string.h>

/*
 * ---- numbers: immortal, as Apple's are that lie within their pointers
 *
 * JavaFX releases some more often than it retains them. They are no objects of objc_allocate, so nobody counts their
 * owners; and there is one of each value, so that they do not become many.
 */

enum { BUCKETS = 4096 };

extern char number_class[] __asm__("OBJC_CLASS_$_NSNumber");

struct number_object { /* what an NSNumber is */
    void *isa;
    struct number number;
    struct number_object *next; /* in its bucket */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct number_object *numbers[BUCKETS];

/* kCFBooleanTrue: MoltenVK imports the object's address. */
static struct number_object true_object = {.isa = number_class, .number = {NO, {1}}};
SHIM(__kCFBooleanTrue, &true_object);

/* Doubles of the same value as an integer are equal to it, so they have its hash. */
static NSUInteger hash_of(const struct number *number) {
    bool fits = number->real >= -0x1p63 && number->real < 0x1p63;
    if (!number->is_real) {
        return (NSUInteger)number->integer;
    }
    return fits ? (NSUInteger)(int64_t)number->real : 0;
}

static NSNumber *number_of(struct number number) {
    struct number_object **bucket = &numbers[hash_of(&number) % BUCKETS];
    pthread_mutex_lock(&lock);
    struct number_object *found = *bucket;
    while (found && (found->number.integer != number.integer || found->number.is_real != number.is_real)) {
        found = found->next;
    }
    if (!found) {
        found = malloc(sizeof *found);
        *found = (struct number_object){number_class, number, *bucket};
        *bucket = found;
    }
    pthread_mutex_unlock(&lock);
    return (NSNumber *)(void *)found;
}

@implementation NSNumber

#define INTEGER(type, kind)                                                                                            \
    +(NSNumber *)numberWith##kind : (type)value {                                                                      \
        return number_of((struct number){NO, {.integer = (int64_t)value}});                                            \
    }

INTEGER(BOOL, Bool)
INTEGER(char, Char)
INTEGER(unsigned char, UnsignedChar)
INTEGER(short, Short)
INTEGER(unsigned short, UnsignedShort)
INTEGER(int, Int)
INTEGER(unsigned int, UnsignedInt)
INTEGER(NSInteger, Integer)
INTEGER(NSUInteger, UnsignedInteger)
INTEGER(long long, LongLong)
INTEGER(unsigned long long, UnsignedLongLong)

+ (NSNumber *)numberWithFloat:(float)value {
    return number_of((struct number){YES, {.real = value}});
}

+ (NSNumber *)numberWithDouble:(double)value {
    return number_of((struct number){YES, {.real = value}});
}

#define VALUE(type, getter)                                                                                            \
    -(type)getter {                                                                                                    \
        return number.is_real ? (type)number.real : (type)number.integer;                                              \
    }

VALUE(int, intValue)
VALUE(unsigned int, unsignedIntValue)
VALUE(NSInteger, integerValue)
VALUE(NSUInteger, unsignedIntegerValue)
VALUE(long long, longLongValue)
VALUE(unsigned long long, unsignedLongLongValue)
VALUE(double, doubleValue)

- (BOOL)boolValue {
    return number.is_real ? number.real != 0 : number.integer != 0;
}

- (id)copy {
    return self;
}

- (BOOL)isEqual:(id)other {
    if (self == other || ![other isKindOfClass:[NSNumber class]]) {
        return self == other;
    }
    NSNumber *that = other;
    if (!number.is_real && !that->number.is_real) {
        return number.integer == that->number.integer;
    }
    return [self doubleValue] == [that doubleValue];
}

- (NSUInteger)hash {
    return hash_of(&number);
}

- (NSString *)description {
    if (number.is_real) {
        return [NSString stringWithFormat:@"%.17g", number.real];
    }
    return [NSString stringWithFormat:@"%lld", (long long)number.integer];
}

@end

/* ---- data */

@implementation NSData

- (instancetype)initWithBytes:(const void *)from length:(NSUInteger)size {
    void *copy = malloc(size + 1);
    memcpy(copy, from, size);
    bytes = copy;
    length = size;
    return self;
}

- (void)dealloc {
    free((void *)(uintptr_t)bytes);
    [super dealloc];
}

- (const void *)bytes {
    return bytes;
}

- (NSUInteger)length {
    return length;
}

@end

/* ---- UUIDs */

@implementation NSUUID

- (instancetype)initWithUUIDBytes:(const uint8_t *)from {
    memcpy(bytes, from, sizeof bytes);
    return self;
}

@end

/* ---- errors */

@implementation NSError

+ (instancetype)errorWithDomain:(NSString *)domain code:(NSInteger)code userInfo:(NSDictionary *)userInfo {
    return AUTORELEASED([[self alloc] initWithDomain:domain code:code userInfo:userInfo]);
}

- (instancetype)initWithDomain:(NSString *)domain code:(NSInteger)code userInfo:(NSDictionary *)userInfo {
    _domain = [domain copy];
    _code = code;
    _userInfo = [userInfo retain];
    return self;
}

- (NSString *)localizedDescription {
    NSString *text = [_userInfo objectForKey:NSLocalizedDescriptionKey];
    if (text) {
        return text;
    }
    return [NSString stringWithFormat:@"The operation couldn’t be completed. (%@ error %ld.)", _domain, _code];
}

- (NSString *)description {
    return [NSString stringWithFormat:@"Error Domain=%@ Code=%ld \"%@\"", _domain, _code, [self localizedDescription]];
}

@end

/* ---- URLs: MoltenVK names the class for captures into files */

@implementation NSURL
@end
