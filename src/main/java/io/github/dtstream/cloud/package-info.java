/** The door to the cloud: HTTP, credentials, faults, the REST API. */
@NullMarked
package io.github.dtstream.cloud;

import org.jspecify.annotations.NullMarked;
