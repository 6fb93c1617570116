/*
 * The functions of CoreFoundation that the vendors import, and those that Rococoa looks up. Unlike messages, they do
 * not take NULL. CFRetain and CFRelease are for whoever calls: the bridge or a vendor.
 */
#import "Foundation.h"
#include "../system/shim.h"

#include <stdlib.h>
#include <string.h>

enum { CF_UTF16LE = 0x14000100, CF_UTF8 = 0x08000100, CF_ASCII = 0x0600 };

EXPORT id CFRetain(id object);
EXPORT void CFRelease(id object);
EXPORT int64_t CFGetRetainCount(id object);
EXPORT int64_t CFStringGetLength(id string);
EXPORT uint8_t CFStringGetCString(id string, char *buffer, int64_t size, uint32_t encoding);
EXPORT id CFStringCreateWithBytes(id allocator, const uint8_t *bytes, int64_t count, uint32_t encoding, uint8_t bom);

/* ---- owners */

id CFRetain(id object) {
    return objc_alive(object, "CFRetain") ? objc_retain_for(object, __builtin_return_address(0)) : object;
}

void CFRelease(id object) {
    if (objc_alive(object, "CFRelease")) {
        objc_release_for(object, __builtin_return_address(0));
    }
}

int64_t CFGetRetainCount(id object) {
    return objc_alive(object, "CFGetRetainCount") ? sim_retains(object) : 0;
}

/* ---- strings */

static NSString *checked(id string, const char *action) {
    if (!objc_alive(string, action)) {
        return @"";
    }
    if (!objc_is_kind_of(string, [NSString class])) {
        sim_offence("%s: %s %p is not a string", action, objc_class_name(string), (void *)string);
        return @"";
    }
    return string;
}

int64_t CFStringGetLength(id string) {
    return (int64_t)[checked(string, "CFStringGetLength") length];
}

uint8_t CFStringGetCString(id string, char *buffer, int64_t size, uint32_t encoding) {
    const char *utf8 = string_utf8(checked(string, "CFStringGetCString"), NULL);
    if ((encoding != CF_UTF8 && encoding != CF_ASCII) || (int64_t)strlen(utf8) >= size) {
        return 0;
    }
    strcpy(buffer, utf8);
    return 1;
}

id CFStringCreateWithBytes(id allocator, const uint8_t *bytes, int64_t count, uint32_t encoding, uint8_t bom) {
    NSString *string = nil;
    if (encoding == CF_UTF8 || encoding == CF_ASCII) {
        string = string_of_utf8((const char *)bytes, (size_t)count);
    } else if (encoding == CF_UTF16LE) {
        string = string_of_utf16((const unichar *)(const void *)bytes, (size_t)count / sizeof(unichar));
    }
    return objc_caller(__builtin_return_address(0)) == CALLER_BRIDGE ? sim_own(string) : string;
}

SHIM(CFRetain, CFRetain);
SHIM(CFRelease, CFRelease);

/* ---- collections: MoltenVK's for IOSurfaces */

static const void *data_get_byte_ptr(NSData *data) {
    return [data bytes];
}

/* Whatever callbacks there are mean objects: the others are not imported. */
static id array_create_mutable(id allocator, int64_t capacity, const void *callbacks) {
    return [[NSMutableArray alloc] init];
}

static void array_append_value(NSMutableArray *array, id value) {
    [array addObject:value];
}

static id dictionary_create_mutable_copy(id allocator, int64_t capacity, NSDictionary *dictionary) {
    NSMutableDictionary *copy = [[NSMutableDictionary alloc] init];
    for (id key in dictionary) {
        [copy setObject:[dictionary objectForKey:key] forKey:key];
    }
    return copy;
}

static void dictionary_add_value(NSMutableDictionary *dictionary, id key, id value) {
    if (![dictionary objectForKey:key]) {
        [dictionary setObject:value forKey:key];
    }
}

SHIM(CFDataGetBytePtr, data_get_byte_ptr);
SHIM(CFArrayCreateMutable, array_create_mutable);
SHIM(CFArrayAppendValue, array_append_value);
SHIM(CFDictionaryCreateMutableCopy, dictionary_create_mutable_copy);
SHIM(CFDictionaryAddValue, dictionary_add_value);

/* ---- the log */

static void log_to_stderr(NSString *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *text = string_format(format, arguments);
    va_end(arguments);
    fprintf(stderr, "NSLog: %s\n", text);
    free(text);
}

SHIM(NSLog, log_to_stderr);
