/**
 * The vocabulary of the bridge between Vulkan and JavaFX. Knows neither: everything here is plain Java, and Vulkan's
 * handles are numbers, as every binding has them.
 *
 * <p>A {@link org.vkfx.VulkanDevice} is the application's Vulkan. A {@link org.vkfx.FrameRenderer} draws each
 * {@link org.vkfx.Frame} when the bridge asks for one; programs with a render loop of their own take frames from a
 * {@link org.vkfx.Swapchain}. The Javadoc of {@link org.vkfx.Frame} has the contract between renderer and bridge. An
 * {@link org.vkfx.InteropReport} says which way pixels take, and a {@link org.vkfx.BridgeException} what went wrong.
 *
 * <p>Sizes are in pixels of the images unless something else is said, times in nanoseconds. Misuse is a
 * {@link org.vkfx.BridgeException}, null where a description does not allow it included: its message says what is wrong
 * and what to do, and nothing else has changed.
 */
package org.vkfx;
