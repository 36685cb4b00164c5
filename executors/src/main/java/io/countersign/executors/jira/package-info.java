/** The action type {@code jira:create}: an issue, whether it is there, and the way back. */
@NullMarked
package io.countersign.executors.jira;

import org.jspecify.annotations.NullMarked;
