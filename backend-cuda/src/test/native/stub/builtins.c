int nvrtcBuiltinsStub;
