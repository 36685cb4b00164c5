package io.countersign.web.admin;

import io.countersign.command.api.Refused;
import io.countersign.command.catalogue.api.ActionType;
import io.countersign.command.catalogue.api.ActionTypes;
import io.countersign.command.catalogue.api.CatalogueCommand.PutEntries;
import io.countersign.command.catalogue.api.CatalogueCommand.RemoveEntry;
import io.countersign.command.catalogue.api.Entries;
import io.countersign.command.catalogue.api.Entry;
import io.countersign.command.catalogue.api.EntryDefinition;
import io.countersign.command.catalogue.api.EntryJson;
import io.countersign.command.catalogue.api.Tier;
import io.countersign.web.security.Caller;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The catalogue: everybody sees what agents may ask for, an admin writes it. */
@Controller
class CatalogueController {

    private static final String PAGE = "redirect:/admin/catalogue";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Entries entries;
    private final ActionTypes types;
    private final Desk desk;

    CatalogueController(Entries entries, ActionTypes types, Desk desk) {
        this.entries = entries;
        this.types = types;
        this.desk = desk;
    }

    /** An entry as the list shows it; a required parameter ends in an asterisk. */
    record Row(Entry entry, String params, @Nullable ActionType type) {}

    @GetMapping("/admin/catalogue")
    String list(@AuthenticationPrincipal Caller caller, Model model) {
        model.addAttribute("rows", entries.all(caller.workspace()).stream().map(entry -> new Row(entry, params(entry.definition()),
                entry.definition().type() == null ? null : types.byName(entry.definition().type()).orElse(null))).toList());
        model.addAttribute("builtIn", types.all().stream().filter(type -> !type.needsEntry())
                .filter(type -> entries.byName(caller.workspace(), type.name()).isEmpty()).toList());
        model.addAttribute("types", types.all());
        model.addAttribute("tiers", Arrays.asList(Tier.values()));
        return "admin/catalogue";
    }

    /** One entry, with all that can be changed. An unknown name is a new entry. */
    @GetMapping("/admin/catalogue/entry")
    String edit(@AuthenticationPrincipal Caller caller, @RequestParam(defaultValue = "") String name, @RequestParam(defaultValue = "") String type,
            Model model) {
        Caution.admin(caller);
        var entry = entries.byName(caller.workspace(), name);
        return editor(name, entry.orElse(null), entry.map(CatalogueController::written).orElse("{\n  \"description\" : \"\",\n  \"action_type\" : \""
                + type.replaceAll("[^A-Za-z0-9_.:-]", "") + "\",\n  \"tier\" : \"staged\",\n  \"config\" : { }\n}"), model);
    }

    @PostMapping("/admin/catalogue/entry")
    ModelAndView put(@AuthenticationPrincipal Caller caller, @RequestParam String name, @RequestParam String text, @RequestParam long version,
            @RequestParam Map<String, String> typed, RedirectAttributes next, Model model) {
        Caution.admin(caller);
        var form = taken(caller, Form.filled(typed), name.strip(), text, version, next);
        return form.answer("/admin/catalogue", model,
                () -> editor(name, version == 0 ? null : entries.byName(caller.workspace(), name).orElse(null), text, model));
    }

    private Form taken(Caller caller, Form form, String name, String text, long version, RedirectAttributes next) {
        if (version == 0 && entries.byName(caller.workspace(), name).isPresent()) {
            return form.wrong("name", "There is already an entry called " + name + ". Edit that one, or choose another name.");
        }
        EntryDefinition definition;
        try {
            definition = EntryJson.read(JSON.readTree(text), types::byName);
        } catch (Refused refused) {
            return form.refused(refused, CatalogueController::member);
        } catch (JacksonException notJson) {
            return form.wrong("text", "This is not JSON%s: %s.".formatted(notJson.getLocation() == null ? ""
                    : " from line " + notJson.getLocation().getLineNr() + " on", notJson.getOriginalMessage()));
        }
        return desk.tell(next, form, new PutEntries(caller.workspace(), Map.of(name, definition), version, false),
                name + " is in force, on every node.", field -> field.equals("name") ? new Form.Field("name", "Name") : member(field));
    }

    private static Form.Field member(String name) {
        return new Form.Field("text", name.isEmpty() ? "It" : name);
    }

    private String editor(String name, @Nullable Entry entry, String text, Model model) {
        model.addAttribute("name", name);
        model.addAttribute("entry", entry);
        model.addAttribute("version", entry == null ? 0L : entry.version());
        model.addAttribute("text", text);
        model.addAttribute("types", types.all());
        return "admin/catalogue-entry";
    }

    private static String written(Entry entry) {
        var json = EntryJson.write(entry);
        json.remove("name");
        return json.toPrettyString();
    }

    @PostMapping("/admin/catalogue/{name}/tier")
    String tier(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, @PathVariable String name, @RequestParam String tier,
            RedirectAttributes next) {
        Caution.admin(caller);
        var entry = entries.byName(caller.workspace(), name).orElseThrow(NotHere::new);
        var wanted = Tier.of(tier).orElseThrow(NotHere::new);
        desk.tell(next, new PutEntries(caller.workspace(), Map.of(name, entry.definition().withTier(wanted)), entry.version(), false),
                wanted == Tier.IMMEDIATE && entry.definition().scope().equals("external")
                        ? name + " now reaches outside and runs without asking a person." : name + " is " + wanted.wire() + " now.", words);
        return PAGE;
    }

    @PostMapping("/admin/catalogue/{name}/remove")
    String remove(@AuthenticationPrincipal Caller caller, @ModelAttribute Words words, @PathVariable String name, RedirectAttributes next) {
        Caution.admin(caller);
        desk.tell(next, new RemoveEntry(caller.workspace(), name), name + " is no longer offered.", words);
        return PAGE;
    }

    private static String params(EntryDefinition definition) {
        return String.join(", ", definition.params().stream().map(param -> param.name() + (param.required() ? "*" : "")).toList());
    }
}
