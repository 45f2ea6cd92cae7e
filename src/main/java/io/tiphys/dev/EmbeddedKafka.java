package io.tiphys.dev;

import io.tiphys.channel.DefaultBroker;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;

/// The broker that is there when none is configured.
@Singleton
class EmbeddedKafka implements DefaultBroker {

    private final EmbeddedBroker broker;

    EmbeddedKafka(DataDirectory data) {
        broker = EmbeddedBroker.start(data.resolve("kafka"), data.port("kafka"));
    }

    @Override
    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    @PreDestroy
    void close() {
        broker.close();
    }
}
