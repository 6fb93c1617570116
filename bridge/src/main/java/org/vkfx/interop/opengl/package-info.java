/**
 * Zero-copy on Linux: memory exported by Vulkan as a file descriptor, imported into the GL context of JavaFX's es2
 * pipeline.
 */
package org.vkfx.interop.opengl;
