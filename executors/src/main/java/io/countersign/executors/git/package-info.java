/** Git in the folders of agents: nothing that a repository says is run, and nothing but https is spoken. */
@NullMarked
package io.countersign.executors.git;

import org.jspecify.annotations.NullMarked;
