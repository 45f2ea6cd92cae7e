package io.tiphys.core.image;

import org.snakeyaml.engine.v2.nodes.ScalarNode;

/// An occurrence with its node, and where in the text the value itself stands, without quotes,
/// anchor or tag.
record ContainerImage(ImageOccurrence occurrence, ScalarNode node, int start, int end) {}
