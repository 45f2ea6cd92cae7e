/// How well resources run, from what they say of themselves. [HealthAssessor] knows whose rule
/// counts: users' scripts ([UserRules]), the rules as data that the service brings ([RuleTable]),
/// those in code for Kubernetes' own kinds, and a guess by common conditions.
@NullMarked
package io.tiphys.core.health;

import org.jspecify.annotations.NullMarked;
