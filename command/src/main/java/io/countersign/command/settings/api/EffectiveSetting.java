package io.countersign.command.settings.api;

import org.jspecify.annotations.Nullable;

/**
 * One setting as it is in force.
 *
 * @param key its name, such as {@code actions."email:send".approval}
 * @param value as text; secrets read {@code (set)}; null when unset
 * @param source {@code environment}, {@code file}, {@code defaults}, {@code built-in} or {@code fallback}
 */
public record EffectiveSetting(String key, @Nullable String value, String source) {}
