package dev.norn.cuda;

import static jcuda.driver.CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL;
import static jcuda.driver.JCudaDriver.cuGraphDestroy;
import static jcuda.driver.JCudaDriver.cuGraphExecDestroy;
import static jcuda.driver.JCudaDriver.cuGraphInstantiate;
import static jcuda.driver.JCudaDriver.cuGraphLaunch;
import static jcuda.driver.JCudaDriver.cuStreamBeginCapture;
import static jcuda.driver.JCudaDriver.cuStreamEndCapture;

import dev.norn.device.Accelerator;
import java.util.List;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUstream;

/**
 * A step's commands: issued one by one the first time, which has cuBLAS load what it needs; captured as a CUDA graph the
 * second time; and launched with one call from then on.
 */
final class GraphRecording implements Accelerator.Recording {

    /** Something that is issued on the stream. */
    interface Command extends Accelerator.Command {
        void issue();
    }

    private final Calls calls;
    private final Runnable bind;
    private final CUstream stream;
    private final Command[] commands;
    private final boolean graphs;
    private boolean warm;
    private CUgraphExec graph;

    /**
     * @param bind makes the context current to the calling thread
     * @param graphs whether to capture at all
     */
    GraphRecording(Calls calls, Runnable bind, CUstream stream, List<? extends Accelerator.Command> commands, boolean graphs) {
        this.calls = calls;
        this.bind = bind;
        this.stream = stream;
        this.commands = commands.toArray(Command[]::new);
        this.graphs = graphs;
    }

    @Override
    public void replay() {
        bind.run();
        if (graph == null && warm && graphs && commands.length > 0) {
            graph = capture();
        }
        if (graph != null) {
            calls.driver("cuGraphLaunch", cuGraphLaunch(graph, stream));
            return;
        }
        issue();
        warm = true;
    }

    private void issue() {
        for (Command command : commands) {
            command.issue();
        }
    }

    private CUgraphExec capture() {
        CUgraph captured = new CUgraph();
        calls.driver("cuStreamBeginCapture", cuStreamBeginCapture(stream, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL));
        try {
            issue();
        } catch (RuntimeException e) {
            // The stream has to leave the capture, whatever became of it.
            if (cuStreamEndCapture(stream, captured) == 0) {
                cuGraphDestroy(captured);
            }
            throw e;
        }
        calls.driver("cuStreamEndCapture", cuStreamEndCapture(stream, captured));
        CUgraphExec ready = new CUgraphExec();
        try {
            calls.driver("cuGraphInstantiate", cuGraphInstantiate(ready, captured, 0));
        } finally {
            cuGraphDestroy(captured);
        }
        return ready;
    }

    @Override
    public void close() {
        if (graph != null && !calls.isLost()) {
            bind.run();
            calls.driver("cuGraphExecDestroy", cuGraphExecDestroy(graph));
            graph = null;
        }
    }
}
