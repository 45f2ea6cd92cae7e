package io.tiphys.channel;

/// A broker to use where none is configured. Started when first asked for its address.
public interface DefaultBroker {

    String bootstrapServers();
}
