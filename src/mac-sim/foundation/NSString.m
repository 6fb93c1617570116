/*
 * Strings. Ours are kept as UTF-8; compilers write constant ones into the image, as ASCII or, where that is not enough,
 * as UTF-16. All have one layout, which the compiler's is.
 */
#import "Foundation.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { UTF16_FLAG = 0x10, CONSTANT_ASCII = 0x7c8, CONSTANT_UTF16 = 0x7d0 };

_Static_assert((CONSTANT_UTF16 & UTF16_FLAG) && !(CONSTANT_ASCII & UTF16_FLAG), "one bit tells them apart");

/* ---- UTF-8 and UTF-16 */

static NSUInteger utf16_length(const char *utf8, size_t count) {
    NSUInteger length = 0;
    for (size_t i = 0; i < count; i++) {
        length += (utf8[i] & 0xc0) != 0x80;
        length += (utf8[i] & 0xf8) == 0xf0; /* outside the BMP: two */
    }
    return length;
}

static bool is_high_surrogate(unichar unit) {
    return unit >= 0xd800 && unit < 0xdc00;
}

static bool is_low_surrogate(unichar unit) {
    return unit >= 0xdc00 && unit < 0xe000;
}

static char *put_utf8(char *end, uint32_t character) {
    if (character < 0x80) {
        *end++ = (char)character;
        return end;
    }
    int more = character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;
    *end++ = (char)(0xff << (7 - more) | character >> 6 * more);
    while (more--) {
        *end++ = (char)(0x80 | (character >> 6 * more & 0x3f));
    }
    return end;
}

/* The caller frees the result, which ends with a 0. */
static char *utf8_of(const unichar *units, size_t count, size_t *bytes) {
    static const uint32_t REPLACEMENT = 0xfffd; /* of half a pair */
    char *utf8 = malloc(3 * count + 1);
    char *end = utf8;
    for (size_t i = 0; i < count; i++) {
        uint32_t character = units[i];
        if (is_high_surrogate(units[i]) && i + 1 < count && is_low_surrogate(units[i + 1])) {
            character = 0x10000 + ((character & 0x3ff) << 10 | (units[++i] & 0x3ff));
        } else if (is_high_surrogate(units[i]) || is_low_surrogate(units[i])) {
            character = REPLACEMENT;
        }
        end = put_utf8(end, character);
    }
    *end = 0;
    *bytes = (size_t)(end - utf8);
    return utf8;
}

/* ---- formats */

struct format { /* one conversion */
    char text[64];
    size_t length;
    bool is_long; /* the argument has 64 bits */
};

static void add(struct format *format, const char *text, size_t length) {
    if (format->length + length >= sizeof format->text) {
        foundation_raise("a format's conversion begins with %s, and is too long", format->text);
    }
    memcpy(format->text + format->length, text, length);
    format->length += length;
    format->text[format->length] = 0;
}

/* Arguments for * become part of the text: va_list is passed on by its address. */
static const char *read_conversion(const char *at, struct format *format, va_list *arguments) {
    *format = (struct format){{0}, 0, false};
    add(format, at++, 1);
    for (; *at && strchr("-+ #0123456789.*hlqzjt", *at); at++) {
        if (*at == '*') {
            char number[16];
            int length = snprintf(number, sizeof number, "%d", va_arg(*arguments, int));
            add(format, number, (size_t)length);
        } else if (*at == 'q') {
            add(format, "ll", 2);
        } else {
            add(format, at, 1);
        }
        format->is_long |= strchr("lqzjt", *at) != NULL;
    }
    add(format, at, 1);
    return *at ? at + 1 : at;
}

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wformat-nonliteral"

static void print_conversion(FILE *file, const struct format *format, va_list *arguments) {
    char kind = format->text[format->length - 1];
    if (kind == '@') {
        NSString *text = [va_arg(*arguments, id) description];
        fputs(text ? [text UTF8String] : "(null)", file);
    } else if (kind == '%') {
        fputc('%', file);
    } else if (kind && strchr("diuxXoc", kind) && format->is_long) {
        fprintf(file, format->text, va_arg(*arguments, long));
    } else if (kind && strchr("diuxXoc", kind)) {
        fprintf(file, format->text, va_arg(*arguments, int));
    } else if (kind && strchr("fFeEgGaA", kind)) {
        fprintf(file, format->text, va_arg(*arguments, double));
    } else if (kind && strchr("sp", kind)) {
        fprintf(file, format->text, va_arg(*arguments, void *));
    } else {
        foundation_raise("%s is no conversion of a format that is simulated", format->text);
    }
}

#pragma clang diagnostic pop

char *string_format(NSString *format, va_list arguments) {
    char *text = NULL;
    size_t size = 0;
    va_list copy;
    va_copy(copy, arguments);
    FILE *file = open_memstream(&text, &size);
    for (const char *at = string_utf8(format, NULL); *at;) {
        size_t plain = strcspn(at, "%");
        fwrite(at, 1, plain, file);
        at += plain;
        if (*at) {
            struct format conversion;
            at = read_conversion(at, &conversion, &copy);
            print_conversion(file, &conversion, &copy);
        }
    }
    fclose(file);
    va_end(copy);
    return text;
}

/* ---- the UTF-8 of constant strings that are UTF-16: made once, and kept for ever as they are */

struct converted {
    struct converted *next;
    NSString *string;
    char *utf8;
    size_t count;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct converted *all_converted;

static const struct converted *converted(NSString *string, const unichar *units, size_t count) {
    pthread_mutex_lock(&lock);
    struct converted *found = all_converted;
    while (found && found->string != string) {
        found = found->next;
    }
    if (!found) {
        found = malloc(sizeof *found);
        found->next = all_converted;
        found->string = string;
        found->utf8 = utf8_of(units, count, &found->count);
        all_converted = found;
    }
    pthread_mutex_unlock(&lock);
    return found;
}

/* ---- */

@interface NSString (Bytes)
- (const char *)utf8:(size_t *)size;
- (instancetype)initWithMalloced:(char *)utf8 count:(size_t)size;
@end

NSString *string_of_utf8(const char *bytes, size_t count) {
    char *copy = malloc(count + 1);
    memcpy(copy, bytes, count);
    copy[count] = 0;
    return [[NSString alloc] initWithMalloced:copy count:count];
}

NSString *string_of_utf16(const unichar *units, size_t count) {
    size_t bytes = 0;
    char *utf8 = utf8_of(units, count, &bytes);
    return [[NSString alloc] initWithMalloced:utf8 count:bytes];
}

const char *string_utf8(NSString *string, size_t *count) {
    size_t ignored = 0;
    const char *utf8 = [string utf8:count ? count : &ignored];
    if (!utf8) {
        foundation_raise("a string is needed, but there is nil");
    }
    return utf8;
}

@implementation NSString

+ (instancetype)string {
    return AUTORELEASED([[self alloc] init]);
}

+ (instancetype)stringWithUTF8String:(const char *)utf8 {
    return AUTORELEASED([[self alloc] initWithUTF8String:utf8]);
}

+ (instancetype)stringWithCharacters:(const unichar *)characters length:(NSUInteger)length {
    size_t size = 0;
    char *utf8 = utf8_of(characters, length, &size);
    return AUTORELEASED([[self alloc] initWithMalloced:utf8 count:size]);
}

+ (instancetype)stringWithFormat:(NSString *)format, ... {
    va_list arguments;
    va_start(arguments, format);
    char *text = string_format(format, arguments);
    va_end(arguments);
    return AUTORELEASED([[self alloc] initWithMalloced:text count:strlen(text)]);
}

- (instancetype)init {
    return [self initWithMalloced:strdup("") count:0];
}

- (instancetype)initWithUTF8String:(const char *)utf8 {
    if (!utf8) {
        foundation_raise("-[NSString initWithUTF8String:]: the argument is NULL");
    }
    return [self initWithMalloced:strdup(utf8) count:strlen(utf8)];
}

- (instancetype)initWithFormat:(NSString *)format, ... {
    va_list arguments;
    va_start(arguments, format);
    char *text = string_format(format, arguments);
    va_end(arguments);
    return [self initWithMalloced:text count:strlen(text)];
}

- (instancetype)initWithMalloced:(char *)utf8 count:(size_t)size {
    bytes = utf8;
    count = size;
    return self;
}

- (void)dealloc {
    free((void *)(uintptr_t)bytes);
    [super dealloc];
}

/* Strings do not change: a copy is the string itself. */
- (id)copy {
    return [self retain];
}

- (const char *)utf8:(size_t *)size {
    if (flags & UTF16_FLAG) {
        const struct converted *constant = converted(self, (const unichar *)(const void *)bytes, count);
        *size = constant->count;
        return constant->utf8;
    }
    *size = count;
    return bytes;
}

- (const char *)UTF8String {
    return string_utf8(self, NULL);
}

- (NSUInteger)length {
    return flags & UTF16_FLAG ? count : utf16_length(bytes, count);
}

- (NSString *)description {
    return self;
}

- (BOOL)isEqualToString:(NSString *)other {
    size_t size = 0;
    size_t other_size = 0;
    if (self == other || !other) {
        return self == other;
    }
    const char *utf8 = string_utf8(self, &size);
    const char *other_utf8 = string_utf8(other, &other_size);
    return size == other_size && !memcmp(utf8, other_utf8, size);
}

- (BOOL)isEqual:(id)other {
    return [other isKindOfClass:[NSString class]] && [self isEqualToString:other];
}

- (NSUInteger)hash {
    size_t size = 0;
    const char *utf8 = string_utf8(self, &size);
    NSUInteger hash = 5381;
    for (size_t i = 0; i < size; i++) {
        hash = hash * 33 ^ (unsigned char)utf8[i];
    }
    return hash;
}

/* Only of ASCII's letters: what is compared are names in code. */
- (NSComparisonResult)caseInsensitiveCompare:(NSString *)other {
    int order = strcasecmp(string_utf8(self, NULL), string_utf8(other, NULL));
    return (order > 0) - (order < 0);
}

- (NSString *)stringByAppendingString:(NSString *)other {
    size_t size = 0;
    size_t more = 0;
    const char *utf8 = string_utf8(self, &size);
    const char *other_utf8 = string_utf8(other, &more);
    char *both = malloc(size + more + 1);
    memcpy(both, utf8, size);
    memcpy(both + size, other_utf8, more + 1);
    return AUTORELEASED([[NSString alloc] initWithMalloced:both count:size + more]);
}

- (NSString *)stringByAppendingFormat:(NSString *)format, ... {
    va_list arguments;
    va_start(arguments, format);
    char *text = string_format(format, arguments);
    va_end(arguments);
    char *both = NULL;
    int size = asprintf(&both, "%s%s", string_utf8(self, NULL), text);
    free(text);
    return AUTORELEASED([[NSString alloc] initWithMalloced:both count:(size_t)size]);
}

@end

@implementation NSMutableString

+ (instancetype)stringWithCapacity:(NSUInteger)capacity {
    return AUTORELEASED([[self alloc] init]);
}

- (id)copy {
    return string_of_utf8(bytes, count);
}

/* The bytes live as long as the pool, whatever becomes of the string. */
- (const char *)UTF8String {
    return [AUTORELEASED([self copy]) UTF8String];
}

- (void)append:(const char *)text size:(size_t)size {
    bytes = realloc((void *)(uintptr_t)bytes, count + size + 1);
    memcpy((char *)(uintptr_t)bytes + count, text, size);
    count += size;
    ((char *)(uintptr_t)bytes)[count] = 0;
}

- (void)appendString:(NSString *)other {
    NSString *stable = [other copy]; /* it may be this string */
    size_t size = 0;
    const char *text = string_utf8(stable, &size);
    [self append:text size:size];
    [stable release];
}

- (void)appendFormat:(NSString *)format, ... {
    va_list arguments;
    va_start(arguments, format);
    char *text = string_format(format, arguments);
    va_end(arguments);
    [self append:text size:strlen(text)];
    free(text);
}

@end

@implementation NSConstantString /* not allocated: the runtime does not count their owners */
@end
