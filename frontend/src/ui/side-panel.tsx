'use client';
/** What slides in from the right: over the page, closed by Escape, a click beside it, or its button. */
import type { ReactNode } from 'react';
import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { iconButton } from './classes';
import { Icon } from './icons';

interface SideProps {
  className: string;
  onClose: () => void;
  /** Has a `Heading slot="title"`. */
  children: ReactNode;
}

/** The bare drawer. */
export function Side({ className, onClose, children }: SideProps) {
  return (
    <ModalOverlay isOpen isDismissable onOpenChange={(open) => !open && onClose()} className="scrim fixed inset-0 z-40 bg-scrim">
      <Modal className="drawer fixed inset-y-0 right-0 w-full max-w-[var(--drawer)] border-l border-line bg-surface shadow-overlay">
        <Dialog className={`flex h-full flex-col overflow-y-auto outline-none ${className}`}>{children}</Dialog>
      </Modal>
    </ModalOverlay>
  );
}

interface SidePanelProps {
  title: string;
  /** What its button is called. */
  close: string;
  onClose: () => void;
  children: ReactNode;
}

/** The drawer with a title and a button that closes it. On a telephone toasts leave room for its last button. */
export function SidePanel({ title, close, onClose, children }: SidePanelProps) {
  return (
    <Side className="gap-4 p-4 max-sm:pb-32" onClose={onClose}>
      <header className="flex items-center">
        <Heading slot="title" className="flex-1 text-field font-semibold">
          {title}
        </Heading>
        <Button aria-label={close} className={iconButton} onPress={onClose}>
          <Icon name="close" />
        </Button>
      </header>
      {children}
    </Side>
  );
}
