/* Messages, owners, pools, and what Foundation's objects punish. */
#include "check.h"

#include <string.h>

void objc_msgSend_stret(void);

static void check_messages(void) {
    check(msg(NULL, "width") == 0, "a message to nil returns something");
    check_offence("-width was sent to nil");
    msg(NULL, "commit");
    check_offence("-commit was sent to nil");
    check(msg(NULL, "release") == 0, "a message to nil returns something");
    check(sel_registerName("width") == sel_registerName("width"), "selectors are not interned");
    check(!strcmp(sel_getName(sel_registerName("setX:")), "setX:"), "a selector has another name");
    Class class = objc_getClass("NSObject");
    check(class && !strcmp(class_getName(class), "NSObject"), "there is no class NSObject");
    check(!objc_getClass("MTLTexture"), "MTLTexture is a protocol, not a class");
    check(!objc_getClass("NoSuchClass"), "there is a class that there is not");
    static uint64_t nothing[4];
    class_getName((Class)(void *)nothing);
    check_offence("is not a class");

    id object = new_object("NSObject");
    check(object_getClass(object) == class && yes(object, "isKindOfClass:", class), "class of an object");
    check(yes(object, "respondsToSelector:", sel_registerName("retain")), "an object does not know retain");
    check(!yes(object, "respondsToSelector:", sel_registerName("width")), "an object knows width");
    check_no_offence();
    msg(object, "width");
    check_offence("-[NSObject width]: unrecognized selector sent to instance");
    msg(class, "width");
    check_offence("+[NSObject width]: unrecognized selector sent to instance");
    objc_msgSend(object, (SEL)(const void *)"width");
    check_offence("is not a selector");
    uint64_t result[4];
    ((void (*)(void *, id, SEL))objc_msgSend_stret)(result, object, sel_registerName("hash"));
    check_offence("does not exist on Apple silicon");
    msg(nothing, "hash");
    check_offence("hash: 0x");
    id buffer = new_buffer(4);
    msg(buffer, "setLabel:", object); /* which the simulator copies, as if it were a string */
    check_offence("-[NSObject copy]: unrecognized selector");
    objc_release(buffer);

    int64_t sent = sim_sent("NSObject", "hash");
    msg(object, "hash");
    check(sim_sent("NSObject", "hash") == sent + 1, "messages are not counted");
    objc_release(object);
    msg(object, "hash");
    check_offence("has been freed");
    check(sim_sent("NSObject", "hash") == sent + 1, "a message to a zombie is counted");
}

/* ---- owners */

struct block { /* as a compiler lays it out */
    void *isa;
    int32_t flags, reserved;
    void (*invoke)(void);
    struct descriptor *descriptor;
    id object;
};
struct descriptor {
    uint64_t reserved, size;
    void (*copy)(struct block *to, const struct block *from);
    void (*dispose)(struct block *block);
};

static void copy_nothing(struct block *to, const struct block *from) {
    to->object = from->object;
}

static void retain_object(struct block *block) {
    objc_retain(block->object);
}

/* A listener's block that, as it goes, retains the event that takes it along. */
static void check_resurrection(void) {
    static struct descriptor descriptor = {0, sizeof(struct block), copy_nothing, retain_object};
    id event = mtl_new_event(), listener = new_object("MTLSharedEventListener");
    sim_own(event);
    struct block block = {objc_getClass("NSStackBlock"), 1 << 25, 0, NULL, &descriptor, event};
    msg(event, "notifyListener:atValue:block:", listener, 5ul, &block);
    objc_release(event);
    check_offence("is being freed");
    objc_release(listener);
}

static void check_owners(void) {
    char leaks[400];
    int64_t live = sim_live("NSObject"), made = sim_made("NSObject");
    id object = new_object("NSObject");
    check(sim_live("NSObject") == live + 1 && sim_made("NSObject") == made + 1, "objects are not counted");
    CFRetain(objc_retain(object));
    check(CFGetRetainCount(object) == 3 && msg(object, "retainCount") == 3 && sim_retains(object) == 3,
          "retains are not counted");
    check(sim_leaks(leaks, sizeof leaks) == 1 && strstr(leaks, "NSObject") && strstr(leaks, "3 of 3 retains"),
          "we own: %s", leaks);
    msg(object, "retain");
    msg(object, "release");
    objc_release(object);
    CFRelease(object);
    check_no_offence();

    id array = new_object("NSMutableArray");
    msg(array, "addObject:", object);
    check(sim_leaks(leaks, sizeof leaks) == 2 && strstr(leaks, "1 of 2 retains"), "we own: %s", leaks);
    objc_release(object);
    check(sim_leaks(leaks, sizeof leaks) == 1, "what the array owns is ours: %s", leaks);
    objc_release(object);
    check_offence("release: NSObject 0x");
    objc_autorelease(object);
    check_offence("is over-released: its 1 owners are others");
    check(sim_retains(object) == 1, "an offence releases");
    objc_release(array);
    check(sim_live("NSObject") == live && sim_retains(object) == 0, "an object lives on");
    objc_release(object);
    check_offence("has been freed");
    objc_retain(object);
    check_offence("retain: NSObject 0x");
    CFRetain(NULL);
    check_offence("CFRetain: (nil) is not an object");
    CFRelease(object);
    check_offence("CFRelease: NSObject 0x");
    static struct block block;
    block.isa = objc_getClass("NSStackBlock");
    objc_autorelease((id)(void *)&block);
    check_offence("a block was autoreleased");
    check_resurrection();

    id mesh = new_object("NSObject");
    void (*release_mesh)(void *, void *, int64_t, id) = (void (*)(void *, void *, int64_t, id))prism(
        "Java_com_sun_prism_mtl_MTLContext_nReleaseMTLMesh");
    release_mesh(NULL, NULL, 0, mesh);
    check_offence("its 1 owners are the bridge");
    objc_release(mesh);
    check(sim_leaks(leaks, sizeof leaks) == 0, "we own: %s", leaks);
}

/* ---- pools */

static void autorelease(void *object) {
    objc_autorelease(objc_retain(object));
}

static void let_go(void *texture) {
    objc_release(texture);
}

static void check_missing_pools(void) {
    static const char HABIT[] = "JavaFX autoreleases on its render thread, which has no pool";
    id object = new_object("NSObject");
    on_thread("application", autorelease, object);
    check_offence("autoreleased with no pool in place on thread application: it leaks");
    check(sim_retains(object) == 1, "a thread that ends keeps its pools");
    objc_release(object);
    on_thread("application", let_go, new_texture(2, 2, 5, MTL_STORAGE_PRIVATE));
    check_no_offence(); /* the driver's, on a thread that is neither ours nor JavaFX's */
    on_thread("vkfx-check", let_go, new_texture(2, 2, 5, MTL_STORAGE_PRIVATE));
    check_offence("MTLDevice");
    int64_t before = sim_habits(HABIT);
    on_thread("QuantumRenderer", let_go, new_texture(2, 2, 5, MTL_STORAGE_PRIVATE));
    check(before >= 0 && sim_habits(HABIT) == before + 1, "a habit is not counted");
    check(sim_habits("no such habit") == -1, "a habit that is not listed is counted");
    sim_habit("no such habit", "%d", 7);
    check_offence("no such habit: 7");
    char name[200];
    check(sim_habit_name(0, name, sizeof name) > 0 && sim_habits(name) >= 0, "a habit has no name");
    check(sim_habit_name(100, name, sizeof name) == -1, "there are 101 habits");
}

static void check_pools(void) {
    id object = new_object("NSObject");
    void *outer = objc_autoreleasePoolPush();
    objc_autorelease(objc_retain(object));
    void *inner = objc_autoreleasePoolPush();
    char text[100] = "";
    int64_t strings = sim_live("NSString");
    id description = (id)msg(object, "description");
    check(CFStringGetCString(description, text, sizeof text, 0x08000100) && !strncmp(text, "<NSObject: 0x", 13),
          "description is %s", text);
    check(CFStringGetLength(description) == (int64_t)strlen(text), "length of a string");
    check(sim_live("NSString") > strings, "strings are not counted");
    check(CFGetRetainCount(object) == 2, "an autoreleased object is released early");
    objc_autoreleasePoolPop(inner);
    check(sim_live("NSString") == strings, "a pool does not release");
    objc_autoreleasePoolPush();
    objc_autoreleasePoolPop(outer);
    check(CFGetRetainCount(object) == 1, "an outer pool does not release");
    check_no_offence();
    objc_autoreleasePoolPop(outer);
    check_offence("no pool of this thread");
    outer = objc_autoreleasePoolPush();
    for (int i = 0; i < 32; i++) {
        objc_autoreleasePoolPush();
    }
    check_offence("32 pools of this thread were never popped");
    objc_autoreleasePoolPop(outer);
    id pool = new_object("NSAutoreleasePool");
    objc_autorelease(objc_retain(object));
    msg(pool, "drain");
    check(CFGetRetainCount(object) == 1, "an NSAutoreleasePool does not release");
    objc_release(object);
    check_no_offence();
}

/* ---- Foundation and its neighbours */

static void unlock(void *lock) {
    msg(lock, "unlock");
}

static void check_foundation(void) {
    id object = new_object("NSObject");
    CFStringGetLength(object);
    check_offence("CFStringGetLength: NSObject 0x");
    objc_release(object);

    id lock = new_object("NSLock");
    msg(lock, "lock");
    on_thread("other", unlock, lock);
    check_offence("is unlocked by a thread that has not locked it");
    objc_release(lock);
    check_offence("was freed while locked");

    id semaphore = (id)msg(msg(objc_getClass("OS_dispatch_semaphore"), "alloc"), "initWithValue:", 1ul);
    check(msg(semaphore, "wait:", 0ul) == 0 && msg(semaphore, "wait:", 0ul) != 0, "a semaphore of 1");
    objc_release(semaphore);
    check_offence("was freed while in use: it is 0, and was 1 at first");

    void callOnMainThread(void), proxyForJavaObject(void);
    callOnMainThread();
    check_offence("callOnMainThread");
    proxyForJavaObject();
    check_offence("proxyForJavaObject");
}

void check_runtime(void) {
    check_pools();
    check_missing_pools();
    void *pool = objc_autoreleasePoolPush();
    check_messages();
    check_owners();
    check_foundation();
    objc_autoreleasePoolPop(pool);
}
