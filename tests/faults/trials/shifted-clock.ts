// Loaded into a worker before all else: its clock can be set wrong, from its birth or while it runs. The clock of this
// machine cannot be.

let shiftMs = Number(process.env['SCELLE_TEST_CLOCK_SHIFT_MS'] ?? 0)

process.on('message', (message) => {
  const wanted = (message as { clockShiftMs?: unknown } | null)?.clockShiftMs
  if (typeof wanted === 'number') shiftMs = wanted
})

const Real = Date
const now = (): number => Real.now() + shiftMs

globalThis.Date = new Proxy(Real, {
  construct: (_, args, target) =>
    Reflect.construct(
      Real,
      args.length > 0 ? args : [now()],
      target === globalThis.Date ? Real : target,
    ) as Date,
  apply: () => new Real(now()).toString(),
  get: (real, name, receiver) => (name === 'now' ? now : (Reflect.get(real, name, receiver) as unknown)),
})
