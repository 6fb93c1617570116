/**
 * Where JavaFX applications enter: {@link org.vkfx.scene.VulkanView}, and {@link org.vkfx.scene.Interop} for what
 * Vulkan needs.
 *
 * <p>Zero copies need some packages that JavaFX does not export. The bridge's jar has the flags for java as argument
 * files, META-INF/vkfx/module-path.args and META-INF/vkfx/class-path.args. Without them views show their images by one
 * copy.
 */
package org.vkfx.scene;
