/** A list of things to do, behind a button. */

import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import "./menu.css";
import { Button, IconButton } from "./button";
import { Icon, type IconName } from "./icon";

export interface MenuItem {
  label: string;
  icon?: IconName;
  detail?: string;
  onSelect: () => void;
  danger?: boolean;
  disabled?: boolean;
  /** Whether it is the chosen one; left out where nothing is chosen. */
  checked?: boolean;
}

interface MenuProps {
  label: string;
  items: readonly (MenuItem | "line")[];
  icon?: IconName;
  /** What the button says; only the icon where it is left out. */
  children?: ComponentChildren;
  size?: "s" | "m";
  disabled?: boolean;
  /** Which edge of the button the list lies against. */
  align?: "start" | "end";
}

export function Menu({
  label,
  items,
  icon = "more",
  children,
  size = "m",
  disabled = false,
  align = "end",
}: MenuProps) {
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const close = () => {
    setOpen(false);
    button.current?.focus({ preventScroll: true });
  };
  const common = {
    size,
    disabled,
    buttonRef: button,
    onClick: () => setOpen(!isOpen),
    "aria-haspopup": "menu",
    "aria-expanded": isOpen,
  } as const;
  return (
    <span class="menu-place">
      {children === undefined ? (
        <IconButton icon={icon} label={label} {...common} />
      ) : (
        <Button look="ghost" {...common}>
          {children}
          <span class="unseen">{label}</span>
        </Button>
      )}
      {isOpen && (
        <MenuList label={label} items={items} align={align} button={button} close={close} />
      )}
    </span>
  );
}

interface MenuListProps {
  label: string;
  items: readonly (MenuItem | "line")[];
  align: "start" | "end";
  button: { current: HTMLButtonElement | null };
  close: () => void;
}

function MenuList({ label, items, align, button, close }: MenuListProps) {
  const list = useRef<HTMLDivElement>(null);

  useLayoutEffect(() => {
    if (list.current && button.current) {
      place(list.current, button.current, align);
    }
    list.current?.querySelector<HTMLElement>('[aria-checked="true"], button')?.focus();
  }, [align, button]);

  useEffect(() => {
    const away = (event: Event) => {
      const target = event.target as Node;
      if (!list.current?.contains(target) && !button.current?.contains(target)) {
        close();
      }
    };
    document.addEventListener("pointerdown", away, true);
    window.addEventListener("resize", close);
    return () => {
      document.removeEventListener("pointerdown", away, true);
      window.removeEventListener("resize", close);
    };
  });

  const move = (event: KeyboardEvent) => {
    const buttons = [...(list.current?.querySelectorAll<HTMLElement>("button:enabled") ?? [])];
    const at = buttons.indexOf(document.activeElement as HTMLElement);
    const steps: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: buttons.length - 1,
    };
    const next = steps[event.key];
    if (next !== undefined) {
      event.preventDefault();
      buttons.at(next % buttons.length)?.focus();
    } else if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  };

  return (
    <div ref={list} class="menu" role="menu" aria-label={label} tabIndex={-1} onKeyDown={move}>
      {items.map((item, index) =>
        item === "line" ? (
          <hr key={`line-${index}`} />
        ) : (
          <MenuButton key={item.label} item={item} close={close} />
        ),
      )}
    </div>
  );
}

function MenuButton({ item, close }: { item: MenuItem; close: () => void }) {
  const role =
    item.checked === undefined
      ? ({ role: "menuitem" } as const)
      : ({ role: "menuitemradio", "aria-checked": item.checked } as const);
  return (
    <button
      {...role}
      type="button"
      class={`menu-item ${item.danger ? "menu-danger" : ""}`}
      disabled={item.disabled}
      onClick={() => {
        close();
        item.onSelect();
      }}
    >
      {item.checked !== undefined && (
        <span class="menu-check">{item.checked && <Icon name="check" size={16} />}</span>
      )}
      {item.icon && <Icon name={item.icon} size={17} />}
      <span class="menu-words">
        <span class="foreign">{item.label}</span>
        {item.detail && <span class="menu-detail foreign">{item.detail}</span>}
      </span>
    </button>
  );
}

/** Below the button, or above it where there is no room; always inside the window. */
function place(list: HTMLElement, button: HTMLElement, align: "start" | "end"): void {
  const margin = 8;
  const anchor = button.getBoundingClientRect();
  const below = window.innerHeight - anchor.bottom - margin;
  const above = anchor.top - margin;
  const goesUp = list.offsetHeight > below && above > below;
  list.style.maxHeight = `${Math.max(120, (goesUp ? above : below) - 4)}px`;
  const height = list.offsetHeight;
  const left = align === "start" ? anchor.left : anchor.right - list.offsetWidth;
  const furthest = window.innerWidth - list.offsetWidth - margin;
  list.style.left = `${Math.max(margin, Math.min(left, furthest))}px`;
  list.style.top = `${goesUp ? anchor.top - height - 4 : anchor.bottom + 4}px`;
}
