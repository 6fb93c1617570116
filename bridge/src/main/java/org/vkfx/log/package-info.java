/** What every room of the bridge logs with. */
package org.vkfx.log;
