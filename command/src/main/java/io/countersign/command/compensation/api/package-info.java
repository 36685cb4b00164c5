/** The published language of compensation plans. */
@NullMarked
package io.countersign.command.compensation.api;

import org.jspecify.annotations.NullMarked;
