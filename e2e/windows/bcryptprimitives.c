/* The one function of bcryptprimitives.dll that programs made by Rust ask for. Every Windows since 7
 * has it; Wine has it from version 9 on, and Debian 12 has Wine 8. For walkthroughs under that Wine
 * only: `xtask/src/dist/wine.rs` compiles it into a prefix, and nothing of it is handed out. */

/* RtlGenRandom, by the name under which advapi32.dll exports it. */
__declspec(dllimport) unsigned char __stdcall SystemFunction036(void *bytes, unsigned long length);

/* Fills the bytes with random ones; 1 if that was done. */
__declspec(dllexport) int __stdcall ProcessPrng(unsigned char *bytes, unsigned long long length) {
    while (length > 0) {
        unsigned long piece = length > 0x10000000 ? 0x10000000 : (unsigned long)length;
        if (!SystemFunction036(bytes, piece)) {
            return 0;
        }
        bytes += piece;
        length -= piece;
    }
    return 1;
}

/* What Windows calls when it takes in the library: there is no C library in it that wants to begin. */
int __stdcall DllMainCRTStartup(void *library, unsigned long reason, void *reserved) {
    (void)library, (void)reason, (void)reserved;
    return 1;
}
