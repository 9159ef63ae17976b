/** The routes of users: checked before they run, swapped while they run, tested and tried out beside them. */
@NullMarked
package io.github.dtstream.route;

import org.jspecify.annotations.NullMarked;
