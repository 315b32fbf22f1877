import { PDFiumDocument, PDFiumModule, type PDFiumPage } from '@hyzyla/pdfium'
import type { Content } from './content.ts'

/** As much of the engine's WebAssembly as is used here; no library of types that we have tells of it. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object
  Instance: new (module: object, imports: object) => { readonly exports: Readonly<Record<string, unknown>> }
}

export type Module = Awaited<ReturnType<typeof PDFiumModule>> & {
  _FPDF_InitLibrary(): void
  _FPDF_LoadCustomDocument(access: number, password: number): number
  wasmExports: { readonly __indirect_function_table: { set(place: number, callee: unknown): void } }
}

/** Why a document was not opened (fpdfview.h, FPDF_GetLastError). */
export type Refusal = 'locked' | 'unreadable'
const [password, security] = [4, 5]

/** Positions in a file are numbers of 32 bits there. */
export const longestFile = 2 ** 32 - 1

/**
 * A WebAssembly module of one import, `e.f`, that it exports again: that makes a function of ours one of WebAssembly, of
 * four whole numbers that gives one, which alone may stand in a table of functions.
 */
// biome-ignore format: sections by line
const bridge = Uint8Array.of(
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, // magic and version
  1, 9, 1, 0x60, 4, 0x7f, 0x7f, 0x7f, 0x7f, 1, 0x7f, // type 0: (i32, i32, i32, i32) -> i32
  2, 7, 1, 1, 0x65, 1, 0x66, 0, 0, // import "e" "f" of type 0
  7, 5, 1, 1, 0x66, 0, 0, // export "f"
)

/** The library behind a page, and the page as that knows it: its wrapper has no places of words. */
export function innerPage(page: PDFiumPage): { readonly library: Module; readonly page: number } {
  const { module, pageIdx } = page as unknown as { module: Module; pageIdx: number }
  return { library: module, page: pageIdx }
}

/** The table of functions has a fixed size and one free place: the null pointer. */
const place = 0

/** The library is one WebAssembly instance, loaded from its package on disk at first use. */
let loading: Promise<Module> | undefined
const lent = new Map<number, Content>()

async function load(): Promise<Module> {
  const library = (await PDFiumModule({})) as unknown as Module
  /** FPDF_FILEACCESS.m_GetBlock: 1 when all those bytes were put where they are wanted. */
  const getBlock = (access: number, from: number, to: number, length: number): number => {
    const part = lent.get(access)?.read(from >>> 0, length >>> 0)
    if (part?.length !== length >>> 0) return 0
    library.HEAPU8.set(part, to >>> 0)
    return 1
  }
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bridge), { e: { f: getBlock } })
  library.wasmExports.__indirect_function_table.set(place, exports['f'])
  library._FPDF_InitLibrary()
  return library
}

/** A document that reads of the file what it needs, when it needs it; to be destroyed after use. */
export async function openDocument(content: Content): Promise<PDFiumDocument | Refusal> {
  const library = await (loading ??= load())
  // FPDF_FILEACCESS: length of the file, the function that reads it, what that is told first. The library frees it.
  const access = library.wasmExports.malloc(12)
  library.HEAP32.set([content.bytes | 0, place, access], access >> 2)
  lent.set(access, content)
  const opened = library._FPDF_LoadCustomDocument(access, 0)
  if (opened) {
    const document = new PDFiumDocument({ module: library, documentPtr: access, documentIdx: opened })
    const destroy = document.destroy.bind(document)
    document.destroy = () => {
      destroy()
      lent.delete(access)
    }
    return document
  }
  lent.delete(access)
  library.wasmExports.free(access)
  const why = library._FPDF_GetLastError()
  return why === password || why === security ? 'locked' : 'unreadable'
}
