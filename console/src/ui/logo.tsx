/** The mark: a rope over a block aloft, and what it hoists. */
export function Logo({ size = 26 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" fill="none" aria-hidden="true">
      <path d="M16 2.5v3.5" stroke="currentColor" stroke-width="2.4" stroke-linecap="round" />
      <path
        d="M9 28V13a7 7 0 0 1 14 0v5.5"
        stroke="currentColor"
        stroke-width="2.4"
        stroke-linecap="round"
      />
      <circle cx="16" cy="13" r="3" fill="currentColor" />
      <rect x="18" y="19" width="10" height="9.5" rx="2.2" fill="var(--logo-load, #df950f)" />
    </svg>
  );
}
