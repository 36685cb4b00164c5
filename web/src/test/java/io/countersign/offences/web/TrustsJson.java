package io.countersign.offences.web;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.PolymorphicTypeValidator;

abstract class TrustsJson {

    JsonMapper mapper(PolymorphicTypeValidator everything) {
        return JsonMapper.builder().activateDefaultTyping(everything).build();
    }
}
