/**
 * Classes that break the rules of the architecture on purpose, laid out like the product, so that each rule is seen to report. Those that a
 * running service could take in are abstract.
 */
@NullMarked
package io.countersign.offences;

import org.jspecify.annotations.NullMarked;
