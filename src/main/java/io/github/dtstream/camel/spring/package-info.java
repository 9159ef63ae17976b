/**
 * The components in a Spring Boot application: their options from its settings. Entered by Spring Boot, which finds it by the
 * file {@code META-INF/spring/…AutoConfiguration.imports}; where there is no Spring, nothing asks for it. Nothing is locked.
 */
@NullMarked
package io.github.dtstream.camel.spring;

import org.jspecify.annotations.NullMarked;
