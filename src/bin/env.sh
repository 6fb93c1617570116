# shellcheck shell=bash
# What demo, test and bench share. Sourced, not run; sets root, tmp and a clean-up on exit.
# Exit status 3 means: something has to be installed first, and the message says what.

# Written for bash 3.2, the one of macOS, and for Git's bash on Windows. There, programs that are not Git's understand
# Windows' paths only; with slashes, as cygpath -m prints them, bash understands those too.
os=$(uname -s)
case $os in MINGW* | MSYS* | CYGWIN*) os=Windows ;; esac

# MoltenVK otherwise logs some 200 lines at every start.
[[ $os != Darwin ]] || export MVK_CONFIG_LOG_LEVEL=${MVK_CONFIG_LOG_LEVEL-1}

native() { # PATH: prints it as Java understands it
  if [[ $os == Windows ]]; then cygpath -m "$1"; else printf '%s\n' "$1"; fi
}

# shellcheck disable=SC2034 # used by those who source this
if [[ $os == Windows ]]; then path_separator=';'; else path_separator=:; fi
root=$(native "$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)")
tmp=$(mktemp -d "${TMPDIR:-/tmp}/vkfx.XXXXXX")
log=$tmp/log
child='' xvfb='' libraries=''
{ : <&0; } 2>/dev/null || exec </dev/null

say() {
  printf '%s\n' "$*" >&2
}

fail() { # STATUS MESSAGE
  say "$2"
  exit "$1"
}

clean_up() {
  local status=$?
  trap - EXIT INT TERM HUP
  [[ -z $child ]] || { kill "$child" && wait "$child"; } 2>/dev/null || true
  [[ -z $xvfb ]] || { kill "$xvfb" && wait "$xvfb"; } 2>/dev/null || true
  rm -rf "$tmp"
  exit "$status"
}
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# Runs a program so that a signal to this script ends it at once; sets status.
run() {
  "$@" <&0 &
  child=$!
  status=0
  wait "$child" || status=$?
  child=''
}

# --- what this machine has -------------------------------------------------------------------------------------------

have_program() {
  command -v "$1" >/dev/null
}

have_file() { # PATTERN...: one of them matches a file
  local file
  for file; do
    [[ ! -e $file ]] || return 0
  done
  return 1
}

have_library() { # SONAME, for this architecture
  local arch
  case $(uname -m) in
    x86_64) arch='x86-64' ;;
    aarch64) arch='AArch64' ;;
    *) arch='' ;;
  esac
  if [[ -z $libraries ]]; then
    libraries=$(PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null || true)
  fi
  grep -E "^[[:space:]]*${1//./\\.} \(.*$arch" <<<"$libraries" >/dev/null && return
  local IFS=: dir
  for dir in ${LD_LIBRARY_PATH-}; do
    [[ ! -e $dir/$1 ]] || return 0
  done
  have_file {/usr,}/lib{,64}/"$1" {/usr,}/lib/*-linux-gnu/"$1" /run/opengl-driver/lib/"$1"
}

have_mesa_gl() {
  [[ -z ${LIBGL_DRIVERS_PATH-} ]] || return 0
  have_file /usr/lib{,64}/{,*/}dri/{swrast,libdril}_dri.so /run/opengl-driver/lib/dri/swrast_dri.so
}

have_gl() {
  have_mesa_gl || have_library libGLX_nvidia.so.0
}

have_fonts() {
  local dir
  for dir in /usr/share/fonts /usr/local/share/fonts ~/.fonts ~/.local/share/fonts /run/current-system/sw/share/X11/fonts; do
    [[ ! -d $dir || -z $(find -L "$dir" \( -name '*.ttf' -o -name '*.otf' -o -name '*.ttc' \) -print -quit) ]] || return 0
  done
  return 1
}

have_vulkan_driver() { # NAME of the driver's description, * for any
  local place
  [[ $1 != '*' || -z ${VK_DRIVER_FILES-}${VK_ICD_FILENAMES-}${VK_ADD_DRIVER_FILES-} ]] || return 0
  for place in /usr/share /usr/local/share /etc /run/opengl-driver/share ~/.local/share; do
    # shellcheck disable=SC2086 # a pattern
    ! have_file "$place"/vulkan/icd.d/$1.json || return 0
  done
  return 1
}

lavapipe() { # prints the description files of Mesa's software driver
  local file
  for file in {/usr/share,/usr/local/share,/etc,/run/opengl-driver/share}/vulkan/icd.d/lvp_icd*.json; do
    [[ ! -e $file ]] || printf '%s\n' "$file"
  done
}

have_validation() {
  [[ -z ${VK_LAYER_PATH-} ]] || return 0
  have_file {/usr/share,/usr/local/share,/etc}/vulkan/explicit_layer.d/VkLayer_khronos_validation.json
}

have_compiler() { # for src/mac-sim, whose machine code is for x86-64
  [[ $(uname -m) == x86_64 ]] && have_program clang && have_library libc++.so.1 && have_library libc++abi.so.1 &&
    clang -xc -E - <<<'#include <vulkan/vk_layer.h>' >/dev/null 2>&1
}

jdk_version() { # HOME: prints the feature version of the JDK there, or nothing
  [[ -x $1/bin/javac && -x $1/bin/java && -r $1/release ]] || return 0
  # JDKs that bring a JavaFX of their own would hide the one this project uses.
  [[ ! -e $1/lib/javafx.properties ]] || return 0
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

find_jdk() { # sets JAVA_HOME to a JDK of version 25 or later; false if there is none
  local home version javac
  javac=$(command -v javac || true)
  javac=$(readlink -f "$javac" 2>/dev/null || true)
  javac=${javac%.exe}
  for home in "${JAVA_HOME-}" "${javac%/bin/javac}" {~,}/Library/Java/JavaVirtualMachines/*/Contents/Home \
    {/opt/homebrew,/usr/local}/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /usr/lib/jvm/* ~/.sdkman/candidates/java/* ~/.jdks/* /usr/java/* \
    '/c/Program Files'/{'Eclipse Adoptium',Java,Microsoft}/jdk*; do
    version=$(jdk_version "$home")
    if ((${version:-0} >= 25)); then
      JAVA_HOME=$(native "$home")
      export JAVA_HOME
      return
    fi
  done
  return 1
}

maven_version=3.9.11

# Sets mvn to Maven's command; false if there is none. Where there is no package manager to ask for it, on macOS and Windows,
# Maven is downloaded.
find_maven() {
  mvn=$(command -v mvn || true)
  [[ -z $mvn ]] || return 0
  [[ $os != Linux ]] || return 1
  local name=apache-maven-$maven_version
  mvn=$root/target/$name/bin/mvn
  [[ ! -x $mvn ]] || return 0
  local url=https://archive.apache.org/dist/maven/maven-3/$maven_version/binaries/$name-bin.tar.gz
  say "Maven is missing here. Downloading it into target/$name."
  mkdir -p "$root/target"
  curl -fsSL "$url" -o "$tmp/maven.tar.gz" && curl -fsSL "$url.sha512" -o "$tmp/maven.sha512" || return 1
  [[ $(shasum -a 512 "$tmp/maven.tar.gz" | cut -d ' ' -f 1) == $(cut -d ' ' -f 1 "$tmp/maven.sha512") ]] || return 1
  tar -xzf "$tmp/maven.tar.gz" -C "$root/target"
}

# Maven's options are MAVEN_OPTS, as ever: so one switch serves demo, test, bench and Maven itself.
explain_rococoa() { # LOG: says what to do when Maven failed for Rococoa, which only its makers' repository has
  if grep -E '^\[ERROR\].*(maven\.cyberduck\.io|org\.rococoa:)' "$1" >/dev/null; then
    say "Maven could not get Rococoa from its makers' repository. VkFX works without it. To build so:"
    say "  export MAVEN_OPTS='-Dvkfx.rococoa=false'"
  fi
}

display_works() {
  [[ -n ${DISPLAY-} ]] || return 1
  local host=${DISPLAY%:*} number=${DISPLAY##*:}
  number=${number%%.*}
  [[ $number =~ ^[0-9]+$ ]] || return 1
  if have_program xset; then
    timeout 10 xset q >/dev/null 2>&1
  elif [[ -z $host || $host == unix ]]; then
    [[ -S /tmp/.X11-unix/X$number ]] || grep "@/tmp/.X11-unix/X$number\$" /proc/net/unix >/dev/null
  else
    timeout 5 bash -c ": </dev/tcp/$host/$((6000 + number))" 2>/dev/null
  fi
}

# --- what has to be installed ----------------------------------------------------------------------------------------

missing=() packages=()

lacks() { # WHAT PACKAGE...
  local package
  missing+=("$1")
  for package in "${@:2}"; do
    [[ " ${packages[*]-} " == *" $package "* ]] || packages+=("$package")
  done
}

need() { # one word for each group of needs: window, xvfb, vulkan, lavapipe, validation, compiler, git
  local word
  missing=() packages=() libraries=''
  find_maven || lacks 'Maven (mvn)' maven
  find_jdk || lacks 'JDK 25' jdk
  [[ $os == Linux ]] || return 0
  for word; do
    case $word in
      window)
        have_library libgtk-3.so.0 || lacks 'GTK 3 (libgtk-3.so.0)' gtk
        have_library libXtst.so.6 || lacks libXtst.so.6 libxtst6
        have_library libXxf86vm.so.1 || lacks libXxf86vm.so.1 libxxf86vm1
        have_library libGL.so.1 || lacks libGL.so.1 libgl1
        have_gl || lacks 'an OpenGL driver' libgl1-mesa-dri
        have_fonts || lacks 'a font' fonts-dejavu-core
        ;;
      vulkan)
        have_library libvulkan.so.1 || lacks 'the Vulkan loader (libvulkan.so.1)' libvulkan1
        have_vulkan_driver '*' || lacks 'a Vulkan driver' mesa-vulkan-drivers
        ;;
      xvfb)
        have_program Xvfb || lacks Xvfb xvfb
        have_mesa_gl || lacks "Mesa's OpenGL driver for Xvfb" libgl1-mesa-dri
        ;;
      lavapipe) have_vulkan_driver 'lvp_icd*' || lacks 'the lavapipe Vulkan driver' mesa-vulkan-drivers ;;
      validation) have_validation || lacks 'the Vulkan validation layer' vulkan-validationlayers ;;
      git) have_program git || lacks git git ;;
      compiler)
        [[ $(uname -m) != x86_64 ]] || have_compiler ||
          lacks "clang with Vulkan's headers and libc++" clang libc6-dev libvulkan-dev libc++1 libc++abi1
        ;;
    esac
  done
}

apt_knows() {
  [[ -n $(apt-cache search --names-only "^$1\$" 2>/dev/null) ]]
}

package_names() { # replaces the names that depend on the distribution; false where apt has no JDK 25
  local i
  for i in "${!packages[@]}"; do
    case ${packages[i]} in
      gtk) if apt_knows libgtk-3-0t64; then packages[i]=libgtk-3-0t64; else packages[i]=libgtk-3-0; fi ;;
      jdk) if apt_knows openjdk-25-jdk-headless; then packages[i]=openjdk-25-jdk-headless; else return 1; fi ;;
    esac
  done
}

no_jdk='No JDK 25 or later was found in JAVA_HOME, PATH, /usr/lib/jvm, /Library/Java or ~/.sdkman: install one (for example from https://adoptium.net/temurin/releases/?version=25) and set JAVA_HOME to its folder.'

sudo=() # how to become root, for those who were asked to

# Makes sure that all is there, see need; installs it where that is possible without asking.
require() {
  need "$@"
  ((${#missing[@]})) || return 0
  local list
  list=$(printf ', %s' "${missing[@]}")
  list=${list:2}
  if ! have_program apt-get; then
    [[ $list != 'JDK 25' ]] || fail 3 "$no_jdk"
    fail 3 "Missing here: $list. Please install with this system's package manager."
  fi
  if ((EUID && !${#sudo[@]})); then
    package_names || fail 3 "$no_jdk"
    fail 3 "Missing here: $list. Please run: sudo apt-get install ${packages[*]}"
  fi
  say "Missing here: $list. Installing."
  ${sudo[@]+"${sudo[@]}"} apt-get update </dev/null >"$log" 2>&1 || true
  package_names || fail 3 "$no_jdk"
  if ! ${sudo[@]+"${sudo[@]}"} env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${packages[@]}" </dev/null >>"$log" 2>&1; then
    cat "$log" >&2
    fail 3 "Installing failed, see above: apt-get install ${packages[*]}"
  fi
  need "$@"
  ((!${#missing[@]})) || fail 3 "Still missing after apt-get install ${packages[*]}: $(printf '%s; ' "${missing[@]}")"
}

# --- a screen of our own ---------------------------------------------------------------------------------------------

start_xvfb() { # WIDTHxHEIGHT; sets DISPLAY
  local tries
  Xvfb -displayfd 3 -screen 0 "$1x24" +extension GLX -nolisten tcp -noreset 3>"$tmp/display" >"$tmp/xvfb.log" 2>&1 </dev/null &
  xvfb=$!
  for ((tries = 0; tries < 300; tries++)); do
    if [[ -s $tmp/display ]]; then
      DISPLAY=:$(<"$tmp/display")
      export DISPLAY
      unset WAYLAND_DISPLAY XAUTHORITY
      return
    fi
    kill -0 "$xvfb" 2>/dev/null || break
    sleep 0.1
  done
  cat "$tmp/xvfb.log" >&2
  fail 3 "Xvfb did not start, see above."
}
