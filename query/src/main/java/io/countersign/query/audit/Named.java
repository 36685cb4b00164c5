package io.countersign.query.audit;

import io.countersign.command.access.api.AccessEvent;
import io.countersign.command.action.api.ActionEvent.ActionRequested;
import io.countersign.command.budget.api.AllowanceEvent;
import io.countersign.command.budget.api.BudgetEvent;
import io.countersign.command.catalogue.api.CatalogueEvent;
import io.countersign.command.datasource.api.DataSourceEvent.DataSourceDefined;
import io.countersign.command.killswitch.api.KillSwitch;
import io.countersign.command.killswitch.api.SwitchEvent.SwitchReleased;
import io.countersign.command.killswitch.api.SwitchEvent.SwitchThrown;
import io.countersign.command.monitoring.api.MonitoringEvent.MonitoringRuleRemoved;
import io.countersign.command.monitoring.api.MonitoringEvent.MonitoringRuleSet;
import io.countersign.command.monitoring.api.MonitoringEvent.MonitoringRuleTripped;
import io.countersign.command.monitoring.api.WatchEvent.SequenceAdvanced;
import io.countersign.command.policy.api.PolicyEvent.PolicyDefined;
import io.countersign.command.policy.api.PolicyEvent.PolicyRevised;
import io.countersign.command.principal.api.PrincipalEvent.KeyIssued;
import io.countersign.command.principal.api.PrincipalEvent.KeyRevoked;
import io.countersign.command.reach.api.ReachEvent.ReachChanged;
import io.countersign.command.vault.api.VaultEvent;
import org.jspecify.annotations.Nullable;

/** What events name in clear besides their aggregate. */
final class Named {

    private Named() {}

    /** Of an entry, a secret, a switch, a policy, a data source, a rule of monitoring or a budget, as people call it; null when none is named. */
    static @Nullable String name(Object event) {
        return switch (event) {
            case ActionRequested e -> entry(e.terms().catalogueVersion());
            case CatalogueEvent e -> e.name();
            case VaultEvent e -> e.name();
            case AccessEvent.SecretUsed e -> e.secret();
            case SwitchThrown e -> KillSwitch.nameOf(e.scope(), e.subject());
            case SwitchReleased e -> KillSwitch.nameOf(e.scope(), e.subject());
            case PolicyDefined e -> e.definition().name();
            case PolicyRevised e -> e.definition().name();
            case DataSourceDefined e -> e.name();
            case MonitoringRuleSet e -> e.rule().name();
            case MonitoringRuleRemoved e -> e.name();
            case MonitoringRuleTripped e -> e.name();
            case AllowanceEvent e -> budget(e.budgetId());
            default -> null;
        };
    }

    /** Whom or what it concerns besides: an id, the subject of a switch, the key of a window; null for none. */
    static @Nullable String target(Object event) {
        return switch (event) {
            case AccessEvent.SignInFailed e -> e.principalId();
            case AccessEvent.CallRefused e -> e.target();
            case AccessEvent.ContentRead e -> e.target();
            case AccessEvent.KeyUsed e -> e.keyId();
            case AccessEvent.SecretUsed e -> e.actionId();
            case AccessEvent.LogExported e -> e.what();
            case KeyIssued e -> e.keyId();
            case KeyRevoked e -> e.keyId();
            case SwitchThrown e -> filled(e.subject());
            case SwitchReleased e -> filled(e.subject());
            case PolicyDefined e -> e.definition().agentId();
            case PolicyRevised e -> e.definition().agentId();
            case MonitoringRuleSet e -> filled(e.rule().agentId());
            case MonitoringRuleTripped e -> e.actionId();
            case SequenceAdvanced e -> e.actionId();
            case ReachChanged e -> e.agentId();
            case AllowanceEvent e -> agent(e.budgetId());
            case BudgetEvent e -> key(e.windowId());
            default -> null;
        };
    }

    /** Of the agent whose action it is about, in families where each event says it. */
    static @Nullable String agent(Object event) {
        return switch (event) {
            case MonitoringRuleTripped e -> e.agentId();
            case SequenceAdvanced e -> e.agentId();
            default -> null;
        };
    }

    /** The entry of a reference {@code name/version}; null for what is built in. */
    private static @Nullable String entry(String reference) {
        int end = reference.lastIndexOf('/');
        return end <= 0 || reference.startsWith("built-in/") ? null : reference.substring(0, end);
    }

    /** The key of {@code budget/workspace/key/period}; the key itself may have parts. */
    private static @Nullable String key(String windowId) {
        int begin = windowId.indexOf('/', windowId.indexOf('/') + 1) + 1;
        int end = windowId.lastIndexOf('/');
        return begin > 0 && begin < end ? windowId.substring(begin, end) : null;
    }

    /** {@code allowance/workspace/agent/currency} under the key of its windows. */
    private static @Nullable String budget(String budgetId) {
        String[] parts = budgetId.split("/", 4);
        return parts.length < 4 ? null : "money/" + parts[3] + "/" + parts[2];
    }

    private static @Nullable String agent(String budgetId) {
        String[] parts = budgetId.split("/", 4);
        return parts.length < 4 || parts[2].equals("*") ? null : parts[2];
    }

    private static @Nullable String filled(String text) {
        return text.isEmpty() ? null : text;
    }
}
