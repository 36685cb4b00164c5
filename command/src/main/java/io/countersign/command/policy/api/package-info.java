/** The published language of policies: what an administrator writes, and what happened to it. */
@NullMarked
package io.countersign.command.policy.api;

import org.jspecify.annotations.NullMarked;
