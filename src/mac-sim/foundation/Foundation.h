/*
 * Foundation, as far as simulated code uses it: the simulator's own and the vendors'. What nobody sends is left out:
 * the runtime reports it by name.
 *
 *   NSObject.m        the root class
 *   NSBlock.m         the classes of blocks
 *   NSString.m        strings, constant ones and formats
 *   NSCollections.m   arrays, dictionaries and sets
 *   NSValues.m        NSNumber, NSData, NSUUID, NSError, NSURL
 *   NSProcess.m       NSProcessInfo, NSThread, NSFileManager, NSLock, NSAssertionHandler, NSAutoreleasePool
 *   AppKit.m          classes of AppKit and QuartzCore, without methods
 *   CoreFoundation.m  its functions, and NSLog
 *   constants.m       names that the vendors import
 *   rococoa.c         librococoa
 *
 * As on a Mac, what cannot change may be shared between threads, and what can must not be. A Mac would throw an
 * exception where foundation_raise ends the process: none of the vendors catches any.
 *
 * Compiled without ARC, and without tail calls: they would leave no return address that says who retains. Instance
 * memory stays for ever, so what is big is malloc'ed and freed by -dealloc. The runtime releases ivars named
 * _like_this; those of these classes have other names, but for NSError's, and are released here.
 */
#ifndef MACSIM_FOUNDATION_H
#define MACSIM_FOUNDATION_H

#include "../objc/objc.h"

#include <pthread.h>
#include <stdarg.h>

typedef signed char BOOL; /* x86-64's */
#define YES ((BOOL)1)
#define NO ((BOOL)0)
#define nil ((id)0)

typedef unsigned long NSUInteger;
typedef long NSInteger;
typedef unsigned short unichar;

typedef struct {
    NSUInteger location, length;
} NSRange;

typedef struct {
    unsigned long state;
    id *itemsPtr;
    unsigned long *mutationsPtr;
    unsigned long extra[5];
} NSFastEnumerationState;

typedef struct {
    NSInteger majorVersion, minorVersion, patchVersion;
} NSOperatingSystemVersion;

typedef NSInteger NSComparisonResult; /* less than, equal to or greater than 0 */
typedef NSComparisonResult (^NSComparator)(id a, id b);

@class NSArray, NSDictionary, NSString;

/* ---- for the simulator's parts */

/* An uncaught exception: an offence, and the end of the process. */
void foundation_raise(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
/* What a convenience constructor returns: autoreleased, on behalf of its caller. */
id foundation_autoreleased(id object, const void *return_address);
#define AUTORELEASED(object) foundation_autoreleased(object, __builtin_return_address(0))

/* A new string of UTF-8 bytes, or of UTF-16 units; retain count 1. */
NSString *string_of_utf8(const char *bytes, size_t count);
NSString *string_of_utf16(const unichar *units, size_t count);
/* The UTF-8 bytes of a string, which end with a 0 that is not counted; until the string is changed or freed. */
const char *string_utf8(NSString *string, size_t *count);
/* As printf, and %@; the caller frees the result. */
char *string_format(NSString *format, va_list arguments);

/* Of system/dispatch.m: dispatch_async; and a serial queue, with retain count 1. */
void dispatch_block(id queue, void *block);
id dispatch_new_queue(const char *label);

/* ---- the root class */

__attribute__((objc_root_class)) @interface NSObject {
    Class isa;
}
+ (instancetype)alloc;
+ (instancetype)new;
+ (Class)class;
+ (BOOL)instancesRespondToSelector:(SEL)selector;
- (instancetype)init;
- (void)dealloc;
- (instancetype)retain;
- (void)release;
- (instancetype)autorelease;
- (NSUInteger)retainCount;
- (instancetype)self;
- (Class)class;
- (Class)superclass;
- (BOOL)isEqual:(id)other;
- (NSUInteger)hash;
- (BOOL)isKindOfClass:(Class)class;
- (BOOL)isMemberOfClass:(Class)class;
- (BOOL)respondsToSelector:(SEL)selector;
- (NSString *)description;
@end

@interface NSObject (Copying) /* declared for all, but only some classes have it */
- (id)copy;
@end

/* ---- strings */

@interface NSString : NSObject { /* as compilers lay out constant strings */
    unsigned int flags;  /* 0: ours, malloc'ed UTF-8 */
    const char *bytes;
    NSUInteger count;    /* of bytes, or of units of UTF-16 */
}
+ (instancetype)string;
+ (instancetype)stringWithUTF8String:(const char *)utf8;
+ (instancetype)stringWithCharacters:(const unichar *)characters length:(NSUInteger)length;
+ (instancetype)stringWithFormat:(NSString *)format, ...;
- (instancetype)initWithUTF8String:(const char *)utf8;
- (instancetype)initWithFormat:(NSString *)format, ...;
- (const char *)UTF8String;
- (NSUInteger)length;
- (BOOL)isEqualToString:(NSString *)other;
- (NSComparisonResult)caseInsensitiveCompare:(NSString *)other;
- (NSString *)stringByAppendingString:(NSString *)other;
- (NSString *)stringByAppendingFormat:(NSString *)format, ...;
@end

@interface NSMutableString : NSString
+ (instancetype)stringWithCapacity:(NSUInteger)capacity;
- (void)appendString:(NSString *)other;
- (void)appendFormat:(NSString *)format, ...;
@end

@interface NSConstantString : NSString
@end

/* ---- collections */

struct items { /* objects that a collection owns */
    id *all;
    NSUInteger *hashes; /* of each; NULL in arrays */
    NSUInteger count, capacity;
    unsigned long mutations;
};

@interface NSArray : NSObject {
    struct items items;
}
+ (instancetype)array;
+ (instancetype)arrayWithObjects:(const id *)objects count:(NSUInteger)count;
- (NSUInteger)count;
- (id)objectAtIndex:(NSUInteger)index;
- (id)objectAtIndexedSubscript:(NSUInteger)index;
- (id)firstObject;
- (BOOL)containsObject:(id)object;
- (NSUInteger)countByEnumeratingWithState:(NSFastEnumerationState *)state objects:(id *)buffer count:(NSUInteger)size;
@end

@interface NSMutableArray : NSArray
- (void)addObject:(id)object;
- (void)removeObject:(id)object;
- (void)removeAllObjects;
- (void)sortUsingComparator:(NSComparator)comparator;
@end

@interface NSDictionary : NSObject {
    struct items keys; /* copies */
    id *values;        /* of each */
}
+ (instancetype)dictionary;
+ (instancetype)dictionaryWithObjects:(NSArray *)objects forKeys:(NSArray *)keys;
+ (instancetype)dictionaryWithObjects:(const id *)objects forKeys:(const id *)keys count:(NSUInteger)count;
- (NSUInteger)count;
- (id)objectForKey:(id)key;
- (id)objectForKeyedSubscript:(id)key;
- (NSArray *)allKeys;
- (NSArray *)allValues;
- (NSUInteger)countByEnumeratingWithState:(NSFastEnumerationState *)state objects:(id *)buffer count:(NSUInteger)size;
@end

@interface NSMutableDictionary : NSDictionary
- (void)setObject:(id)object forKey:(id)key;
- (void)removeAllObjects;
@end

@interface NSSet : NSObject {
    struct items items;
}
- (NSUInteger)count;
- (BOOL)containsObject:(id)object;
- (NSUInteger)countByEnumeratingWithState:(NSFastEnumerationState *)state objects:(id *)buffer count:(NSUInteger)size;
@end

@interface NSMutableSet : NSSet
- (void)addObject:(id)object;
- (void)removeObject:(id)object;
- (void)removeAllObjects;
@end

/* ---- values */

struct number {
    BOOL is_real;
    union {
        int64_t integer; /* of unsigned long long, the same 64 bits */
        double real;
    };
};

@interface NSNumber : NSObject { /* immortal */
    struct number number;
}
+ (NSNumber *)numberWithBool:(BOOL)value;
+ (NSNumber *)numberWithChar:(char)value;
+ (NSNumber *)numberWithUnsignedChar:(unsigned char)value;
+ (NSNumber *)numberWithShort:(short)value;
+ (NSNumber *)numberWithUnsignedShort:(unsigned short)value;
+ (NSNumber *)numberWithInt:(int)value;
+ (NSNumber *)numberWithUnsignedInt:(unsigned int)value;
+ (NSNumber *)numberWithInteger:(NSInteger)value;
+ (NSNumber *)numberWithUnsignedInteger:(NSUInteger)value;
+ (NSNumber *)numberWithLongLong:(long long)value;
+ (NSNumber *)numberWithUnsignedLongLong:(unsigned long long)value;
+ (NSNumber *)numberWithFloat:(float)value;
+ (NSNumber *)numberWithDouble:(double)value;
- (BOOL)boolValue;
- (int)intValue;
- (unsigned int)unsignedIntValue;
- (NSInteger)integerValue;
- (NSUInteger)unsignedIntegerValue;
- (long long)longLongValue;
- (unsigned long long)unsignedLongLongValue;
- (double)doubleValue;
@end

@interface NSData : NSObject {
    const void *bytes;
    NSUInteger length;
}
- (instancetype)initWithBytes:(const void *)bytes length:(NSUInteger)length;
- (const void *)bytes;
- (NSUInteger)length;
@end

@interface NSUUID : NSObject {
    uint8_t bytes[16];
}
- (instancetype)initWithUUIDBytes:(const uint8_t *)bytes;
@end

@interface NSError : NSObject
@property (nonatomic, readonly) NSString *domain;
@property (nonatomic, readonly) NSInteger code;
@property (nonatomic, readonly) NSDictionary *userInfo;
+ (instancetype)errorWithDomain:(NSString *)domain code:(NSInteger)code userInfo:(NSDictionary *)userInfo;
- (instancetype)initWithDomain:(NSString *)domain code:(NSInteger)code userInfo:(NSDictionary *)userInfo;
- (NSString *)localizedDescription;
@end

@interface NSURL : NSObject
@end

/* ---- the process */

@interface NSProcessInfo : NSObject
+ (NSProcessInfo *)processInfo;
- (NSOperatingSystemVersion)operatingSystemVersion;
- (NSUInteger)activeProcessorCount;
- (NSDictionary *)environment;
@end

@interface NSThread : NSObject
@end

@interface NSFileManager : NSObject
@end

@interface NSLock : NSObject {
    pthread_mutex_t mutex;
}
- (void)lock;
- (void)unlock;
@end

@interface NSAssertionHandler : NSObject
+ (NSAssertionHandler *)currentHandler;
- (void)handleFailureInMethod:(SEL)selector
                       object:(id)object
                         file:(NSString *)file
                   lineNumber:(NSInteger)line
                  description:(NSString *)format, ...;
@end

@interface NSAutoreleasePool : NSObject {
    void *pool;
}
- (void)drain;
@end

/* ---- names */

extern NSString *const NSLocalizedDescriptionKey;
extern NSString *const MTLCommandBufferEncoderInfoErrorKey;
extern NSString *const MTLCommonCounterSetTimestamp, *const MTLCommonCounterTimestamp;

#endif
