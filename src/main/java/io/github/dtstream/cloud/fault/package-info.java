/** What an answer or a failure means: whether it is the cloud's word, whether it may pass, and how to say it. Pure. */
@NullMarked
package io.github.dtstream.cloud.fault;

import org.jspecify.annotations.NullMarked;
