/**
 * JavaFX's internals: the node peer, textures, render jobs. The only package that names com.sun.*; everything else
 * reaches it after {@link org.vkfx.prism.PrismAccess} has said that JavaFX exports what is needed.
 */
package org.vkfx.prism;
