/** Counts on the module path; on the class path Java does not look at it. */
module org.example.consumer {
    requires dev.norn.core;
}
