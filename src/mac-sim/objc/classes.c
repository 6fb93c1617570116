#include "../loader/macho.h"
#include "../system/shim.h"
#include "runtime.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { RELATIVE_METHODS = (int)0x80000000, DIRECT_SELECTORS = 0x40000000, ENTRY_SIZE = 0xfffc };

struct method_list {
    uint32_t flags, count;
    char entries[];
};

struct category {
    const char *name;
    Class class;
    struct method_list *instance_methods, *class_methods;
};

struct protocol {
    void *isa;
    const char *name;
    void *protocols;
    struct method_list *methods, *class_methods, *optional_methods, *optional_class_methods;
};

static pthread_mutex_t lock;
static pthread_once_t once = PTHREAD_ONCE_INIT;
struct class_info *objc_infos;

static void make_lock(void) {
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&lock, &attributes);
}

void objc_lock(void) {
    pthread_once(&once, make_lock);
    pthread_mutex_lock(&lock);
}

void objc_unlock(void) {
    pthread_mutex_unlock(&lock);
}

/* ---- classes */

static void add_method(struct class_info *info, struct method method) {
    for (size_t i = 0; i < info->method_count; i++) {
        if (info->methods[i].selector == method.selector) {
            info->methods[i] = method; /* a category's takes the place of the class's */
            return;
        }
    }
    info->methods = realloc(info->methods, (info->method_count + 1) * sizeof method);
    info->methods[info->method_count++] = method;
}

static struct method read_method(const struct method_list *list, uint32_t index) {
    const char *entry = list->entries + (size_t)index * (list->flags & ENTRY_SIZE);
    if (!((int)list->flags & RELATIVE_METHODS)) {
        void *const *absolute = (void *const *)(const void *)entry;
        return (struct method){sel_registerName(absolute[0]), (IMP)absolute[2], absolute[1], NULL};
    }
    const int32_t *offsets = (const int32_t *)(const void *)entry; /* each from where it stands itself */
    const char *name = entry + offsets[0];
    if (!(list->flags & DIRECT_SELECTORS)) {
        name = *(const char *const *)(const void *)name;
    }
    return (struct method){sel_registerName(name), (IMP)(uintptr_t)(entry + 8 + offsets[2]), entry + 4 + offsets[1],
                           NULL};
}

static void add_methods(struct class_info *info, const struct method_list *list, const struct objc_image *image) {
    for (uint32_t i = 0; list && i < list->count; i++) {
        struct method method = read_method(list, i);
        method.image = image;
        if (image->vendor && info->meta && !strcmp(sel_getName(method.selector), "initialize")) {
            sim_offence("+[%s initialize] of %s is not sent: that is not simulated", info->name, image->name);
        }
        add_method(info, method);
    }
}

/* As Apple's runtime: ivars move where the superclass has grown since this class was compiled. */
static void move_ivars(struct class_info *info, const struct class_data *data) {
    Class superclass = info->class->superclass;
    size_t begin = superclass && superclass->info ? superclass->info->size : 0;
    if (info->meta || begin <= data->instance_start) {
        return;
    }
    size_t alignment = sizeof(void *), by = begin - data->instance_start;
    const struct ivar_list *list = data->ivars;
    for (uint32_t i = 0; list && i < list->count; i++) {
        size_t wanted = (size_t)1 << list->ivars[i].alignment;
        alignment = wanted > alignment ? wanted : alignment;
    }
    by = (by + alignment - 1) / alignment * alignment;
    for (uint32_t i = 0; list && i < list->count; i++) {
        *list->ivars[i].offset += (int32_t)by;
    }
    info->size += by;
}

static void add_class(Class class, bool meta, const struct objc_image *image) {
    const struct class_data *data = class_data(class);
    struct class_info *info = calloc(1, sizeof *info);
    info->class = class;
    info->name = data->name;
    info->image = image;
    info->meta = meta;
    info->size = data->instance_size;
    info->next = objc_infos;
    objc_infos = info;
    class->info = info;
    add_methods(info, data->methods, image);
    move_ivars(info, data);
}

static bool is_among(Class class, const struct objc_image *image) {
    for (size_t i = 0; i < image->class_count; i++) {
        if (image->classes[i] == class) {
            return true;
        }
    }
    return false;
}

/* The superclass first: it says where the ivars begin. The compiler's constant stands where info will. */
static void add_classes(Class class, const struct objc_image *image) {
    if (objc_is_class(class)) {
        return;
    }
    if (class->superclass && is_among(class->superclass, image)) {
        add_classes(class->superclass, image);
    }
    add_class(class, false, image);
    add_class(class->object.isa, true, image);
}

static void add_category(const struct category *category, const struct objc_image *image) {
    if (!category->class || !category->class->info) {
        sim_offence("category %s of %s belongs to a class that there is not", category->name, image->name);
        return;
    }
    add_methods(category->class->info, category->instance_methods, image);
    add_methods(category->class->object.isa->info, category->class_methods, image);
}

/* ---- protocols: a vendor's view of a class of ours; where both have a method, its types must be the same */

/* Copies an encoding without offsets, names and qualifiers, with one letter for all integers of a size. */
static void normalize(const char *types, char *text, size_t size) {
    size_t length = 0;
    for (; *types && length + 1 < size; types++) {
        char c = *types;
        if (isdigit((unsigned char)c) || strchr("rnNoORV-", c)) {
            continue;
        }
        if (c == '"') {
            types = strchr(types + 1, '"');
            continue;
        }
        if (c == '{' || c == '(') { /* {MTLSize=QQQ} is {QQQ} */
            const char *equals = strchr(types, '=');
            types = equals ? equals : types;
        }
        text[length++] = strchr("qQlL", c)   ? 'q'
                         : strchr("iI", c)   ? 'i'
                         : strchr("sS", c)   ? 's'
                         : strchr("cCB", c)  ? 'c'
                                             : c;
    }
    text[length] = 0;
}

static void judge_types(const struct class_info *info, const struct method_list *list, const struct objc_image *image) {
    for (uint32_t i = 0; list && i < list->count; i++) {
        struct method theirs = read_method(list, i);
        for (size_t j = 0; j < info->method_count; j++) {
            if (info->methods[j].selector != theirs.selector || info->methods[j].image->vendor) {
                continue;
            }
            char a[256], b[256];
            normalize(theirs.types, a, sizeof a);
            normalize(info->methods[j].types, b, sizeof b);
            if (strcmp(a, b)) {
                sim_offence("-[%s %s] is %s for %s, but %s here", info->name, sel_getName(theirs.selector),
                            theirs.types, image->name, info->methods[j].types);
            }
        }
    }
}

static void judge_protocol(const struct protocol *protocol, const struct objc_image *image) {
    for (struct class_info *info = objc_infos; info; info = info->next) {
        if (!info->meta && !info->image->vendor && !strcmp(info->name, protocol->name)) {
            judge_types(info, protocol->methods, image);
            judge_types(info, protocol->optional_methods, image);
        }
    }
}

/* ---- images */

static void send_load(Class class) {
    SEL load = sel_registerName("load");
    const struct class_info *meta = class->object.isa->info;
    for (size_t i = 0; i < meta->method_count; i++) {
        if (meta->methods[i].selector == load) {
            ((void (*)(Class, SEL))meta->methods[i].imp)(class, load);
        }
    }
}

void objc_add_image(struct objc_image *image) {
    objc_lock();
    for (size_t i = 0; i < image->selector_count; i++) {
        image->selector_references[i] = (void *)(uintptr_t)sel_registerName(image->selector_references[i]);
    }
    for (size_t i = 0; i < image->class_count; i++) {
        add_classes(image->classes[i], image);
    }
    for (size_t i = 0; i < image->category_count; i++) {
        add_category(image->categories[i], image);
    }
    for (size_t i = 0; image->vendor && i < image->protocol_count; i++) {
        judge_protocol(image->protocols[i], image);
    }
    objc_forget_lookups();
    objc_unlock();
    for (size_t i = 0; i < image->class_count; i++) {
        send_load(image->classes[i]);
    }
}

extern void *__start_objc_classlist[] __attribute__((visibility("hidden")));
extern void *__stop_objc_classlist[] __attribute__((visibility("hidden")));
extern void *__start_objc_selrefs[] __attribute__((visibility("hidden")));
extern void *__stop_objc_selrefs[] __attribute__((visibility("hidden")));
extern void *__start_objc_catlist[] __attribute__((visibility("hidden"), weak));
extern void *__stop_objc_catlist[] __attribute__((visibility("hidden"), weak));

__attribute__((constructor(102))) static void add_ourselves(void) {
    static struct objc_image image = {.name = "mac-sim"};
    image.classes = __start_objc_classlist;
    image.class_count = (size_t)(__stop_objc_classlist - __start_objc_classlist);
    image.selector_references = __start_objc_selrefs;
    image.selector_count = (size_t)(__stop_objc_selrefs - __start_objc_selrefs);
    if (__start_objc_catlist) {
        image.categories = __start_objc_catlist;
        image.category_count = (size_t)(__stop_objc_catlist - __start_objc_catlist);
    }
    objc_add_image(&image);
}

/* ---- questions */

bool objc_is_class(const void *address) {
    Class class = (Class)(uintptr_t)address;
    objc_lock();
    struct class_info *info = objc_infos;
    while (info && info->class != class) {
        info = info->next;
    }
    objc_unlock();
    return info;
}

/* Under the lock. */
static Class class_named(const char *name) {
    for (struct class_info *info = objc_infos; info; info = info->next) {
        if (!info->meta && !strcmp(info->name, name)) {
            return info->class;
        }
    }
    return NULL;
}

void *objc_class_symbol(const char *symbol) {
    static const char CLASS[] = "OBJC_CLASS_$_", METACLASS[] = "OBJC_METACLASS_$_";
    bool meta = !strncmp(symbol, METACLASS, sizeof METACLASS - 1);
    if (!meta && strncmp(symbol, CLASS, sizeof CLASS - 1)) {
        return NULL;
    }
    objc_lock();
    Class class = class_named(symbol + (meta ? sizeof METACLASS : sizeof CLASS) - 1);
    objc_unlock();
    return class && meta ? class->object.isa : class;
}

/* Names of Metal's protocols, which our drivers' classes have; on a Mac no class is named so. */
static bool is_protocol_name(const char *name) {
    static const char *const NAMES[] = {
        "MTLDevice", "MTLTexture", "MTLBuffer", "MTLHeap", "MTLCommandQueue", "MTLCommandBuffer", "MTLLibrary",
        "MTLFunction", "MTLSharedEvent", "MTLEvent", "MTLFence", "MTLSamplerState", "MTLDepthStencilState",
        "MTLRenderPipelineState", "MTLComputePipelineState", "MTLArgumentEncoder", "MTLCommandEncoder",
        "MTLBlitCommandEncoder", "MTLRenderCommandEncoder", "MTLComputeCommandEncoder",
    };
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        if (!strcmp(NAMES[i], name)) {
            return true;
        }
    }
    return false;
}

Class objc_getClass(const char *name) {
    objc_lock();
    Class class = is_protocol_name(name) ? NULL : class_named(name);
    objc_unlock();
    return class;
}

Class object_getClass(id object) {
    return object && objc_alive(object, "object_getClass") ? object->isa : NULL;
}

const char *class_getName(Class class) {
    if (!class) {
        return "nil"; /* as Apple's */
    }
    if (!objc_is_class(class)) {
        sim_offence("class_getName: %p is not a class", (void *)class);
        return "";
    }
    return class->info->name;
}

const char *objc_class_name(id object) {
    return object->isa->info->name;
}

Class objc_superclass(Class class) {
    return class->superclass;
}

bool objc_is_vendors(Class class) {
    return class->info->image->vendor;
}

bool objc_is_kind_of(id object, Class class) {
    Class c = object ? object->isa : NULL;
    while (c && c != class) {
        c = c->superclass;
    }
    return c;
}

struct method *objc_find_method(Class class, SEL selector) {
    struct method *found = NULL;
    objc_lock();
    for (Class c = class; c && c->info && !found; c = c->superclass) {
        for (size_t i = 0; i < c->info->method_count && !found; i++) {
            found = c->info->methods[i].selector == selector ? &c->info->methods[i] : NULL;
        }
    }
    objc_unlock();
    return found;
}

bool objc_responds(Class class, SEL selector) {
    return objc_find_method(class, selector);
}

bool objc_method_at(const void *address, char *text, size_t size) {
    bool found = false;
    objc_lock();
    for (struct class_info *info = objc_infos; info && !found; info = info->next) {
        for (size_t i = 0; i < info->method_count && !found; i++) {
            if ((const void *)(uintptr_t)info->methods[i].imp == address) {
                snprintf(text, size, "%c[%s %s]", info->meta ? '+' : '-', info->name,
                         sel_getName(info->methods[i].selector));
                found = true;
            }
        }
    }
    objc_unlock();
    return found;
}

SHIM(objc_getClass, objc_getClass);
SHIM(object_getClass, object_getClass);
SHIM(class_getName, class_getName);
