package io.countersign.bootstrap;

import picocli.CommandLine.Command;

/** Looks at policies without a server. */
@Command(name = "policies", description = "Looks at policies without a server.", subcommands = PolicyCases.class)
final class PolicyTool {}
