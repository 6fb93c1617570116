/* NSProcessInfo, NSThread, NSFileManager, NSLock, NSAssertionHandler and NSAutoreleasePool. */
#import "Foundation.h"
#include "../metal/mac.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- the process */

static NSProcessInfo *process_info;

@implementation NSProcessInfo

+ (void)load {
    process_info = [[self alloc] init];
}

+ (NSProcessInfo *)processInfo {
    return process_info;
}

- (NSOperatingSystemVersion)operatingSystemVersion {
    return (NSOperatingSystemVersion){MACOS_MAJOR, MACOS_MINOR, MACOS_PATCH};
}

- (NSUInteger)activeProcessorCount {
    return (NSUInteger)sysconf(_SC_NPROCESSORS_ONLN);
}

/* Linux's: MoltenVK reads its settings from it. */
- (NSDictionary *)environment {
    NSMutableDictionary *all = [[NSMutableDictionary alloc] init];
    for (char **variable = environ; *variable; variable++) {
        size_t name_length = strcspn(*variable, "=");
        const char *text = *variable + name_length;
        text += *text == '=';
        NSString *name = string_of_utf8(*variable, name_length);
        NSString *value = string_of_utf8(text, strlen(text));
        [all setObject:value forKey:name];
        [name release];
        [value release];
    }
    return AUTORELEASED(all);
}

@end

/* ---- named by MoltenVK for surfaces, captures and dumps of shaders */

@implementation NSThread
@end

@implementation NSFileManager
@end

/* ---- locks */

@implementation NSLock

- (instancetype)init {
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK);
    pthread_mutex_init(&mutex, &attributes);
    pthread_mutexattr_destroy(&attributes);
    return self;
}

- (void)dealloc {
    if (pthread_mutex_destroy(&mutex)) {
        sim_offence("NSLock %p was freed while locked", (void *)self);
    }
    [super dealloc];
}

- (void)lock {
    if (pthread_mutex_lock(&mutex)) {
        foundation_raise("NSLock %p is locked a second time by its thread: that would last for ever", (void *)self);
    }
}

- (void)unlock {
    if (pthread_mutex_unlock(&mutex)) {
        sim_offence("NSLock %p is unlocked by a thread that has not locked it", (void *)self);
    }
}

@end

/* ---- assertions */

static NSAssertionHandler *assertion_handler;

@implementation NSAssertionHandler

+ (void)load {
    assertion_handler = [[self alloc] init];
}

+ (NSAssertionHandler *)currentHandler {
    return assertion_handler;
}

- (void)handleFailureInMethod:(SEL)selector
                       object:(id)object
                         file:(NSString *)file
                   lineNumber:(NSInteger)line
                  description:(NSString *)format, ... {
    va_list arguments;
    va_start(arguments, format);
    char *text = string_format(format, arguments);
    va_end(arguments);
    foundation_raise("NSAssert in -[%s %s], %s line %ld: %s", objc_class_name(object), sel_getName(selector),
                     string_utf8(file, NULL), line, text);
}

@end

/* ---- pools: Rococoa's */

@implementation NSAutoreleasePool

- (instancetype)init {
    pool = objc_autoreleasePoolPush();
    return self;
}

- (void)drain {
    objc_release_for(self, __builtin_return_address(0));
}

- (void)dealloc {
    objc_autoreleasePoolPop(pool);
    [super dealloc];
}

@end
