/// Who may do what: what the Applications of a project may be made of, where they may be deployed
/// to and with which resources, when they may be synced and as whom, which credentials they reach a
/// repository with, and whose commits they may be made of.
@NullMarked
package io.tiphys.core.policy;

import org.jspecify.annotations.NullMarked;
