package org.vkfx.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ResourceBundle;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The demo's command line; usage.properties has its help. */
@Command(name = "demo", mixinStandardHelpOptions = true, versionProvider = Demo.Version.class, sortOptions = false)
public final class Demo implements Callable<Integer> {
    /** Whether to show log and stack traces: -Dvkfx.demo.trace=true. */
    static final boolean TRACE = Boolean.getBoolean("vkfx.demo.trace");
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Set<String> BESIDE_SELF_TEST = Set.of("--self-test", "--interop", "--json");
    /** A field, because loggers that nobody holds lose their level. */
    private static final Logger BRIDGE = Logger.getLogger("org.vkfx");

    @Mixin
    private Options options;

    @Spec
    private CommandSpec spec;

    private Demo() {
    }

    /**
     * Runs the demo and ends the process.
     *
     * @param arguments see --help
     */
    public static void main(String[] arguments) {
        // What the bridge logs is in the report, and in the one line that says what went wrong.
        BRIDGE.setLevel(TRACE ? Level.ALL : Level.OFF);
        int status = commandLine().execute(arguments);
        // A native call that hangs must not keep the process alive.
        Thread.ofPlatform().daemon().start(() -> {
            try {
                Thread.sleep(PATIENCE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            Runtime.getRuntime().halt(status);
        });
        System.exit(status);
    }

    static CommandLine commandLine() {
        return new CommandLine(new Demo()).setResourceBundle(ResourceBundle.getBundle("org.vkfx.demo.usage"))
                .setParameterExceptionHandler((e, arguments) -> complain(e.getCommandLine(), e, ExitCode.USAGE))
                .setExecutionExceptionHandler((e, line, result) -> complain(line, e, ExitCode.SOFTWARE));
    }

    /** One line, whatever happened. */
    private static int complain(CommandLine line, Exception e, int status) {
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        line.getErr().println("demo: " + message.strip().replaceAll("\\s*\\R\\s*", " "));
        if (TRACE) {
            e.printStackTrace(line.getErr());
        }
        return status;
    }

    @Override
    public Integer call() throws Exception {
        if (options.selfTest) {
            refuseBesideSelfTest();
            if (Boolean.getBoolean(ControlRun.PROPERTY)) {
                return new ControlRun(spec.commandLine().getOut(), spec.commandLine().getErr()).run();
            }
            return new SelfTest(options, spec.commandLine().getOut(), spec.commandLine().getErr()).run();
        }
        return new DemoRun(options, spec.commandLine().getOut(), spec.commandLine().getErr()).run();
    }

    private void refuseBesideSelfTest() {
        spec.commandLine().getParseResult().matchedOptions().stream().map(option -> option.longestName())
                .filter(name -> !BESIDE_SELF_TEST.contains(name)).findFirst().ifPresent(name -> {
                    throw new ParameterException(spec.commandLine(),
                            name + " does not go with --self-test: only --interop and --json do");
                });
    }

    /** The version that Maven wrote into a resource. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() throws IOException {
            try (InputStream in = Demo.class.getResourceAsStream("version.txt")) {
                return new String[]{"VkFX demo " + new String(in.readAllBytes(), StandardCharsets.UTF_8).strip()};
            }
        }
    }
}
