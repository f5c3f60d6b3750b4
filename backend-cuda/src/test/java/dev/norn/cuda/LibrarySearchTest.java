package dev.norn.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over file systems made up for it. */
class LibrarySearchTest {

    @TempDir
    private Path root;

    private void file(String... names) throws IOException {
        for (String name : names) {
            Path path = root.resolve(name.substring(1));
            Files.createDirectories(path.getParent());
            Files.createFile(path);
        }
    }

    /** What is found on Linux, as paths in the file system made up; what the loader finds by itself as "loader". */
    private List<String> find(Library library, Map<String, String> environment) {
        return paths(new LibrarySearch(root, false, environment, "/home/me").find(library));
    }

    private List<String> paths(List<LibrarySearch.Found> found) {
        List<String> paths = new ArrayList<>();
        for (LibrarySearch.Found one : found) {
            paths.add(one.path() == null ? "loader " + one.major()
                    : "/" + root.relativize(one.path()).toString().replace('\\', '/'));
        }
        return paths;
    }

    @Test
    void nothingThere() {
        assertEquals(List.of("loader 12", "loader 13"), find(Library.CUBLAS, Map.of()));
        assertEquals(List.of("loader 0"), find(Library.DRIVER, Map.of()));
    }

    @Test
    void theOrderOfFolders() throws IOException {
        file("/asked/libcublas.so.12", "/ld/libcublas.so.12", "/opt/a/lib64/libcublas.so.12",
                "/opt/b/targets/x86_64-linux/lib/libcublas.so.12", "/usr/local/cuda/lib64/libcublas.so.12",
                "/usr/local/cuda-12.9/lib64/libcublas.so.12", "/usr/local/cuda-12.10/lib64/libcublas.so.12",
                "/usr/local/cuda-12.1/targets/x86_64-linux/lib/libcublas.so.12", "/usr/lib/x86_64-linux-gnu/libcublas.so.12",
                "/opt/nv/libcublas.so.12", "/venv/lib/python3.12/site-packages/nvidia/cublas/lib/libcublas.so.12",
                "/conda/lib/libcublas.so.12",
                "/home/me/.local/lib/python3.9/site-packages/nvidia/cublas/lib/libcublas.so.12",
                "/usr/local/lib/python3.11/dist-packages/nvidia/cublas/lib/libcublas.so.12",
                "/usr/lib/python3/dist-packages/nvidia/cublas/lib/libcublas.so.12", "/etc/ld.so.conf.d/nv.conf");
        Files.writeString(root.resolve("etc/ld.so.conf"), "# a comment\ninclude ld.so.conf.d/*.conf\n");
        Files.writeString(root.resolve("etc/ld.so.conf.d/nv.conf"), "/opt/nv # of mine\nrelative\n");
        assertEquals(List.of("/asked/libcublas.so.12", "/ld/libcublas.so.12", "/opt/a/lib64/libcublas.so.12",
                "/opt/b/targets/x86_64-linux/lib/libcublas.so.12", "/usr/local/cuda/lib64/libcublas.so.12",
                "/usr/local/cuda-12.10/lib64/libcublas.so.12", "/usr/local/cuda-12.9/lib64/libcublas.so.12",
                "/usr/local/cuda-12.1/targets/x86_64-linux/lib/libcublas.so.12", "/opt/nv/libcublas.so.12",
                "/usr/lib/x86_64-linux-gnu/libcublas.so.12",
                "/venv/lib/python3.12/site-packages/nvidia/cublas/lib/libcublas.so.12", "/conda/lib/libcublas.so.12",
                "/home/me/.local/lib/python3.9/site-packages/nvidia/cublas/lib/libcublas.so.12",
                "/usr/local/lib/python3.11/dist-packages/nvidia/cublas/lib/libcublas.so.12",
                "/usr/lib/python3/dist-packages/nvidia/cublas/lib/libcublas.so.12", "loader 12", "loader 13"),
                find(Library.CUBLAS, Map.of("NORN_CUDA_LIBRARY_PATH", "/missing:/asked", "LD_LIBRARY_PATH", ":/ld:relative",
                        "CUDA_PATH", "/opt/a", "CUDA_HOME", "/opt/b", "VIRTUAL_ENV", "/venv", "CONDA_PREFIX", "/conda")));
    }

    @Test
    void theOrderOfVersions() throws IOException {
        file("/ld/libnvrtc.so.14", "/ld/libnvrtc.so.13", "/ld/libnvrtc.so.11", "/ld/libnvrtc.so", "/ld/libnvrtc.so.12.6.85",
                "/usr/lib64/libnvrtc.so.12", "/asked/libnvrtc.so.13", "/asked/libnvrtc.so.12", "/asked2/libnvrtc.so.12");
        assertEquals(List.of("/usr/lib64/libnvrtc.so.12", "/ld/libnvrtc.so.13", "/ld/libnvrtc.so.14", "loader 12", "loader 13"),
                find(Library.NVRTC, Map.of("LD_LIBRARY_PATH", "/ld")));
        // The user's order holds over all that.
        assertEquals(List.of("/asked/libnvrtc.so.12", "/asked/libnvrtc.so.13", "/asked2/libnvrtc.so.12"),
                find(Library.NVRTC, Map.of("NORN_CUDA_LIBRARY_PATH", "/asked:/asked2")).subList(0, 3));
    }

    @Test
    void theDriverIsLeftToTheLoaderUnlessAskedFor() throws IOException {
        file("/asked/libcuda.so.1", "/usr/lib/wsl/lib/libcuda.so.1", "/usr/local/cuda/lib64/stubs/libcuda.so",
                "/usr/local/cuda/lib64/libcuda.so.1");
        assertEquals(List.of("/asked/libcuda.so.1", "loader 0", "/usr/lib/wsl/lib/libcuda.so.1"),
                find(Library.DRIVER, Map.of("NORN_CUDA_LIBRARY_PATH", "/asked")));
    }

    @Test
    void whatIsLoadedBefore() throws IOException {
        file("/usr/local/cuda/lib64/libcublas.so.13", "/usr/local/cuda/lib64/libcublasLt.so.13",
                "/usr/local/cuda/lib64/libcublasLt.so.12", "/usr/local/cuda/lib64/libnvrtc.so.13",
                "/usr/local/cuda/lib64/libnvrtc-builtins.so.13.0", "/usr/local/cuda/lib64/libnvrtc-builtins.so.13.0.88",
                "/usr/local/cuda/lib64/libnvrtc-builtins.so.12.6");
        LibrarySearch search = new LibrarySearch(root, false, Map.of(), "/home/me");
        Path folder = root.resolve("usr/local/cuda/lib64");
        assertEquals(List.of(folder.resolve("libcublasLt.so.13")), search.find(Library.CUBLAS).get(0).before());
        assertEquals(List.of(folder.resolve("libnvrtc-builtins.so.13.0")), search.find(Library.NVRTC).get(0).before());
    }

    /** As distributions lay them out: links into the toolkit's folder, which is a link as well. Each file counts once. */
    @Test
    void links() throws IOException {
        file("/opt/cuda/lib/libcublas.so.12.6.4", "/opt/cuda/lib/libcublasLt.so.12");
        Files.createSymbolicLink(root.resolve("opt/cuda/lib/libcublas.so.12"), Path.of("libcublas.so.12.6.4"));
        Files.createDirectories(root.resolve("usr/lib64"));
        Files.createSymbolicLink(root.resolve("usr/lib64/libcublas.so.12"), root.resolve("opt/cuda/lib/libcublas.so.12"));
        Files.createDirectories(root.resolve("usr/local"));
        Files.createSymbolicLink(root.resolve("usr/local/cuda"), root.resolve("none"));
        List<LibrarySearch.Found> found = new LibrarySearch(root, false, Map.of("LD_LIBRARY_PATH", "/usr/lib64:/opt/cuda/lib"),
                "/home/me").find(Library.CUBLAS);
        assertEquals(List.of("/usr/lib64/libcublas.so.12", "loader 12", "loader 13"), paths(found));
        assertTrue(found.get(0).before().get(0).endsWith("lib/libcublasLt.so.12"), found.toString());
    }

    /** An environment that is not activated, by a link on the path; and the system's, which its python3 is a link to. */
    @Test
    void thePythonOnThePath() throws IOException {
        String wheel = "/lib/python3.12/site-packages/nvidia/cu13/lib/libcublas.so.13";
        file("/opt/env" + wheel, "/opt/base" + wheel, "/opt/other" + wheel, "/opt/base/bin/python3.12");
        for (String folder : List.of("opt/env/bin", "opt/tools", "opt/other/bin")) {
            Files.createDirectories(root.resolve(folder));
        }
        Files.createSymbolicLink(root.resolve("opt/tools/python3"), Path.of("../env/bin/python3"));
        Files.createSymbolicLink(root.resolve("opt/env/bin/python3"), root.resolve("opt/base/bin/python3.12"));
        // One that leads to itself is no Python.
        Files.createSymbolicLink(root.resolve("opt/other/bin/python3"), Path.of("python3"));
        assertEquals(List.of("/opt/env" + wheel, "/opt/base" + wheel, "loader 12", "loader 13"),
                find(Library.CUBLAS, Map.of("PATH", "relative::/missing:/opt/other/bin:/opt/tools")));
    }

    @Test
    void onWindows() throws IOException {
        file("/CUDA/v12.6/bin/cublas64_12.dll", "/CUDA/v12.6/bin/cublasLt64_12.dll", "/CUDA/v12.6/bin/nvrtc64_120_0.dll",
                "/CUDA/v12.6/bin/nvrtc-builtins64_126.dll", "/CUDA/v13.0/bin/x64/cublas64_13.dll",
                "/Program Files/NVIDIA GPU Computing Toolkit/CUDA/v12.9/bin/cublas64_12.dll");
        LibrarySearch search = new LibrarySearch(root, true,
                Map.of("Cuda_Path", "C:\\CUDA\\v13.0", "Path", "relative;C:\\CUDA\\v12.6\\bin"), "C:\\Users\\me");
        assertEquals(List.of("/Program Files/NVIDIA GPU Computing Toolkit/CUDA/v12.9/bin/cublas64_12.dll",
                "/CUDA/v12.6/bin/cublas64_12.dll", "/CUDA/v13.0/bin/x64/cublas64_13.dll", "loader 12"),
                paths(search.find(Library.CUBLAS)));
        LibrarySearch.Found nvrtc = search.find(Library.NVRTC).get(0);
        assertEquals(12, nvrtc.major());
        assertTrue(nvrtc.before().get(0).endsWith("nvrtc-builtins64_126.dll"), nvrtc.toString());
    }

    @Test
    void foldersThatCannotBe() {
        LibrarySearch search = new LibrarySearch(null, false, Map.of("LD_LIBRARY_PATH", "/nul\0byte:::"), "?");
        assertFalse(search.folders().contains(Path.of("")));
    }
}
