/* Arrays, dictionaries and sets. They are short: what is looked for is compared with all, by hash first. */
#import "Foundation.h"

#include <stdlib.h>
#include <string.h>

enum { NOT_FOUND = -1, FIRST_CAPACITY = 8 };

/* ---- objects that a collection owns */

/* True when it became more; whoever keeps something for each item makes room as well. */
static bool make_room(struct items *items, bool hashed) {
    if (items->count < items->capacity) {
        return false;
    }
    items->capacity = items->capacity ? 2 * items->capacity : FIRST_CAPACITY;
    items->all = realloc(items->all, items->capacity * sizeof *items->all);
    if (hashed) {
        items->hashes = realloc(items->hashes, items->capacity * sizeof *items->hashes);
    }
    return true;
}

/* Takes over a retain. */
static void append(struct items *items, id object) {
    items->mutations++;
    make_room(items, false);
    items->all[items->count++] = object;
}

static void append_hashed(struct items *items, id object, NSUInteger hash) {
    items->mutations++;
    make_room(items, true);
    items->hashes[items->count] = hash;
    items->all[items->count++] = object;
}

/* By hash, where there are hashes. */
static NSInteger find(const struct items *items, id object, NSUInteger hash) {
    for (NSUInteger i = 0; i < items->count; i++) {
        id item = items->all[i];
        if (item == object || ((!items->hashes || items->hashes[i] == hash) && [object isEqual:item])) {
            return (NSInteger)i;
        }
    }
    return NOT_FOUND;
}

static void remove_at(struct items *items, NSUInteger index) {
    id removed = items->all[index];
    NSUInteger after = items->count - index - 1;
    items->mutations++;
    memmove(items->all + index, items->all + index + 1, after * sizeof *items->all);
    if (items->hashes) {
        memmove(items->hashes + index, items->hashes + index + 1, after * sizeof *items->hashes);
    }
    items->count--;
    [removed release]; /* last: it may do anything */
}

static void release_all(id *objects, NSUInteger count) {
    for (NSUInteger i = 0; i < count; i++) {
        [objects[i] release];
    }
    free(objects);
}

/* Leaves the items empty before anything is released, as that may do anything. */
static void clear(struct items *items) {
    struct items old = *items;
    *items = (struct items){.mutations = old.mutations + 1};
    release_all(old.all, old.count);
    free(old.hashes);
}

static NSUInteger enumerate(struct items *items, NSFastEnumerationState *state) {
    if (state->state) {
        return 0; /* all were given the first time */
    }
    state->state = 1;
    state->itemsPtr = items->all;
    state->mutationsPtr = &items->mutations;
    return items->count;
}

static id not_nil(id object, id collection) {
    if (!object) {
        foundation_raise("nil cannot be put into a %s", objc_class_name(collection));
    }
    return object;
}

/* ---- arrays */

@implementation NSArray

+ (instancetype)array {
    return AUTORELEASED([[self alloc] init]);
}

+ (instancetype)arrayWithObjects:(const id *)objects count:(NSUInteger)count {
    NSArray *array = [[self alloc] init];
    for (NSUInteger i = 0; i < count; i++) {
        append(&array->items, [not_nil(objects[i], array) retain]);
    }
    return AUTORELEASED(array);
}

- (void)dealloc {
    clear(&items);
    [super dealloc];
}

- (id)copy {
    return [self retain];
}

- (NSUInteger)count {
    return items.count;
}

- (id)objectAtIndex:(NSUInteger)index {
    if (index >= items.count) {
        foundation_raise("index %lu of a %s of %lu", index, objc_class_name(self), items.count);
    }
    return items.all[index];
}

- (id)objectAtIndexedSubscript:(NSUInteger)index {
    return [self objectAtIndex:index];
}

- (id)firstObject {
    return items.count ? items.all[0] : nil;
}

- (BOOL)containsObject:(id)object {
    return find(&items, object, 0) != NOT_FOUND;
}

- (NSUInteger)countByEnumeratingWithState:(NSFastEnumerationState *)state objects:(id *)buffer count:(NSUInteger)size {
    return enumerate(&items, state);
}

@end

@implementation NSMutableArray

- (id)copy {
    return [[NSArray arrayWithObjects:items.all count:items.count] retain];
}

- (void)addObject:(id)object {
    append(&items, [not_nil(object, self) retain]);
}

- (void)removeObject:(id)object {
    for (NSInteger index = find(&items, object, 0); index != NOT_FOUND; index = find(&items, object, 0)) {
        remove_at(&items, (NSUInteger)index);
    }
}

- (void)removeAllObjects {
    clear(&items);
}

/* Those that are equal stay in their order. */
- (void)sortUsingComparator:(NSComparator)comparator {
    items.mutations++;
    for (NSUInteger i = 1; i < items.count; i++) {
        id object = items.all[i];
        NSUInteger place = i;
        while (place && comparator(items.all[place - 1], object) > 0) {
            items.all[place] = items.all[place - 1];
            place--;
        }
        items.all[place] = object;
    }
}

@end

/* ---- dictionaries */

@interface NSDictionary (Setting)
- (void)set:(id)object for:(id)key;
@end

@implementation NSDictionary

+ (instancetype)dictionary {
    return AUTORELEASED([[self alloc] init]);
}

+ (instancetype)dictionaryWithObjects:(NSArray *)objects forKeys:(NSArray *)keys {
    if ([objects count] != [keys count]) {
        foundation_raise("a dictionary of %lu objects for %lu keys", [objects count], [keys count]);
    }
    NSDictionary *dictionary = [[self alloc] init];
    NSUInteger index = 0;
    for (id key in keys) {
        [dictionary set:[objects objectAtIndex:index++] for:key];
    }
    return AUTORELEASED(dictionary);
}

+ (instancetype)dictionaryWithObjects:(const id *)objects forKeys:(const id *)keys count:(NSUInteger)count {
    NSDictionary *dictionary = [[self alloc] init];
    for (NSUInteger i = 0; i < count; i++) {
        [dictionary set:objects[i] for:keys[i]];
    }
    return AUTORELEASED(dictionary);
}

- (void)dealloc {
    release_all(values, keys.count);
    clear(&keys);
    [super dealloc];
}

- (void)set:(id)object for:(id)key {
    NSUInteger hash = [not_nil(key, self) hash];
    NSInteger index = find(&keys, key, hash);
    [not_nil(object, self) retain];
    if (index != NOT_FOUND) {
        id old = values[index];
        keys.mutations++;
        values[index] = object;
        [old release];
        return;
    }
    if (make_room(&keys, true)) {
        values = realloc(values, keys.capacity * sizeof *values);
    }
    values[keys.count] = object;
    append_hashed(&keys, [key copy], hash);
}

- (NSUInteger)count {
    return keys.count;
}

- (id)objectForKey:(id)key {
    NSInteger index = key ? find(&keys, key, [key hash]) : NOT_FOUND;
    return index == NOT_FOUND ? nil : values[index];
}

- (id)objectForKeyedSubscript:(id)key {
    return [self objectForKey:key];
}

- (NSArray *)allKeys {
    return [NSArray arrayWithObjects:keys.all count:keys.count];
}

- (NSArray *)allValues {
    return [NSArray arrayWithObjects:values count:keys.count];
}

- (NSUInteger)countByEnumeratingWithState:(NSFastEnumerationState *)state objects:(id *)buffer count:(NSUInteger)size {
    return enumerate(&keys, state);
}

@end

@implementation NSMutableDictionary

- (void)setObject:(id)object forKey:(id)key {
    [self set:object for:key];
}

- (void)removeAllObjects {
    id *old = values;
    NSUInteger count = keys.count;
    values = NULL;
    clear(&keys);
    release_all(old, count);
}

@end

/* ---- sets */

@implementation NSSet

- (void)dealloc {
    clear(&items);
    [super dealloc];
}

- (NSUInteger)count {
    return items.count;
}

- (BOOL)containsObject:(id)object {
    return find(&items, object, [object hash]) != NOT_FOUND;
}

- (NSUInteger)countByEnumeratingWithState:(NSFastEnumerationState *)state objects:(id *)buffer count:(NSUInteger)size {
    return enumerate(&items, state);
}

@end

@implementation NSMutableSet

- (void)addObject:(id)object {
    NSUInteger hash = [not_nil(object, self) hash];
    if (find(&items, object, hash) == NOT_FOUND) {
        append_hashed(&items, [object retain], hash);
    }
}

- (void)removeObject:(id)object {
    NSInteger index = find(&items, object, [object hash]);
    if (index != NOT_FOUND) {
        remove_at(&items, (NSUInteger)index);
    }
}

- (void)removeAllObjects {
    clear(&items);
}

@end
