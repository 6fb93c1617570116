package org.vkfx.bench;

import java.nio.file.Path;

import org.vkfx.bench.Cell.Pulses;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the program tells the process that measures. */
@Command
final class ChildOptions {
    @Mixin
    Plan plan;

    @Option(names = "--pulses-here", required = true)
    Pulses pulsesHere;

    @Option(names = "--out", required = true)
    Path out;

    static ChildOptions parse(String[] arguments) {
        ChildOptions options = new ChildOptions();
        Plan.commandLine(options).parseArgs(arguments);
        return options;
    }
}
