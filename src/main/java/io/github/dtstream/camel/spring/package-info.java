/**
 * The components in a Spring Boot application, whose properties set their options. Spring Boot finds the configuration
 * by the file {@code META-INF/spring/…AutoConfiguration.imports}; without Spring the package is not loaded. It has no
 * locks.
 */
@NullMarked
package io.github.dtstream.camel.spring;

import org.jspecify.annotations.NullMarked;
