/**
 * The Objective-C runtime through java.lang.foreign, and Rococoa's bindings of Metal's types. Rococoa is optional: only
 * the classes {@code Rococoa…} and {@code MTL…} link it.
 */
package org.vkfx.objc;
